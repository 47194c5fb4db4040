package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.LocalVariableInfo;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.espalier.fixture.Behaviour;
import org.junit.jupiter.api.Test;

/** What polls change in class files, and what not. */
final class PollsTest {
    private static final ClassDesc SOME = ClassDesc.of("some.Type");

    @Test
    void codeWithPollsDoesWhatItDidBefore() {
        try (Machine machine = new Machine()) {
            Object before = Loading.unchanged(Behaviour.class);
            Object with = Loading.withPolls(Behaviour.class, machine.domain("domain"));

            List<?> expected = (List<?>) ((Supplier<?>) before).get();
            assertThat(expected).hasSizeGreaterThan(50);
            // Lines of a stack trace are among it.
            assertThat((Object) ((Supplier<?>) with).get()).isEqualTo(expected);
        }
    }

    @Test
    void classesOfTheJdkWithPollsPassTheVerifier() throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules", "java.base", "java");
        for (String name : List.of("util/stream", "util/concurrent", "text", "lang/invoke")) {
            try (Stream<Path> files = Files.walk(modules.resolve(name))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".class")).toList()) {
                    byte[] polled = Polls.into(Files.readAllBytes(file), file.toString());
                    ClassFile.of().verify(polled).forEach(error -> wrong.add(file + ": " + error.getMessage()));
                    count++;
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(1000);
    }

    @Test
    void variablesKeepTheirNames() {
        List<String> all = new ArrayList<>();
        for (byte[] original : Jars.classes(Behaviour.class).values()) {
            List<String> before = variables(original);
            assertThat(variables(Polls.into(original, "x"))).isEqualTo(before);
            all.addAll(before);
        }
        assertThat(all).contains("wide g", "wide h");
    }

    private static List<String> variables(byte[] classFile) {
        List<String> names = new ArrayList<>();
        for (MethodModel method : ClassFile.of().parse(classFile).methods()) {
            if (method.code().orElse(null) instanceof CodeAttribute code) {
                code.findAttribute(Attributes.localVariableTable()).ifPresent(table -> {
                    for (LocalVariableInfo variable : table.localVariables()) {
                        names.add(method.methodName() + " " + variable.name());
                    }
                });
            }
        }
        return names;
    }

    @Test
    void everyMethodBeginsWithAPoll() {
        for (byte[] original : Jars.classes(Behaviour.class).values()) {
            for (MethodModel method :
                    ClassFile.of().parse(Polls.into(original, "x")).methods()) {
                if (method.code().orElse(null) instanceof CodeAttribute code) {
                    assertThat(isPoll(code.elementStream()
                                    .filter(Instruction.class::isInstance)
                                    .findFirst()
                                    .orElseThrow()))
                            .isTrue();
                }
            }
        }
    }

    private static boolean isPoll(Object element) {
        return element instanceof InvokeInstruction call
                && call.opcode() == Opcode.INVOKESTATIC
                && call.owner().asSymbol().equals(ClassDesc.of(PollClass.NAME));
    }

    private static byte[] method(Consumer<CodeBuilder> body) {
        return ClassFile.of()
                .build(SOME, type -> type.withMethodBody("big", ConstantDescs.MTD_void, ClassFile.ACC_STATIC, body));
    }

    private static byte[] nops(int count) {
        return method(code -> {
            for (int i = 0; i < count; i++) {
                code.nop();
            }
            code.return_();
        });
    }

    @Test
    void aMethodThatIsTooLargeForPollsIsRefusedWithItsName() {
        assertThat(ClassFile.of().verify(Polls.into(nops(65_531), "some.Type"))).isEmpty();
        assertThatThrownBy(() -> Polls.into(nops(65_532), "some.Type"))
                .isInstanceOf(ClassFormatError.class)
                .hasMessage(
                        "Class some.Type, method big()V: no poll can be put in: Code length 65536 is outside the allowed"
                                + " range in big()void");
    }

    @Test
    void aJumpThatBecomesTooLongForPollsIsRefusedWithItsMethod() {
        byte[] longest = method(code -> {
            Label begin = code.newBoundLabel();
            for (int i = 0; i < 32_766; i++) {
                code.nop();
            }
            code.aconst_null().ifnonnull(begin).return_();
        });
        assertThatThrownBy(() -> Polls.into(longest, "some.Type"))
                .isInstanceOf(ClassFormatError.class)
                .hasMessageStartingWith("Class some.Type, method big()V: no poll can be put in: ");
    }

    @Test
    void handlersThatCoverEachOtherInACircleAreRefused() {
        byte[] circle = method(code -> {
            Label first = code.newLabel();
            Label second = code.newLabel();
            Label end = code.newLabel();
            code.aconst_null().astore(0);
            Label begin = code.newBoundLabel();
            code.aconst_null().athrow();
            code.labelBinding(first).aload(0).monitorexit().athrow();
            code.labelBinding(second).aload(0).monitorexit().athrow();
            code.labelBinding(end);
            code.exceptionCatchAll(begin, first, first)
                    .exceptionCatchAll(first, second, second)
                    .exceptionCatchAll(second, end, first);
        });
        assertThatThrownBy(() -> Polls.into(circle, "some.Type"))
                .isInstanceOf(ClassFormatError.class)
                .hasMessage("Class some.Type, method big()V: no poll can be put in: exception handlers that release"
                        + " monitors cover each other in a circle");
    }

    @Test
    void whatIsNoClassFileOrTooOldIsRefused() {
        assertThatThrownBy(() -> Polls.into(new byte[] {1, 2, 3}, "some.Type"))
                .isInstanceOf(ClassFormatError.class)
                .hasMessageStartingWith("Class some.Type is no class file that can be read: ");
        byte[] old = ClassFile.of().build(SOME, type -> type.withVersion(ClassFile.JAVA_6_VERSION, 0));
        assertThatThrownBy(() -> Polls.into(old, "some.Type"))
                .isInstanceOf(ClassFormatError.class)
                .hasMessage("Class some.Type has the class file version 50; a component's have at least 51.");
    }
}
