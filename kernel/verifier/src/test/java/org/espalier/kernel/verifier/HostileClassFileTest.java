package org.espalier.kernel.verifier;

import static java.lang.classfile.ClassFile.ACC_ABSTRACT;
import static java.lang.classfile.ClassFile.ACC_INTERFACE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.constant.ConstantDescs.CD_CallSite;
import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_MethodType;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.MTD_void;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Escapes that no compiler of Java would write: class files made by hand. */
final class HostileClassFileTest {
    private static final ClassDesc GUEST = ClassDesc.of("Guest");
    private static final ClassDesc SYSTEM = ClassDesc.of("java.lang.System");
    private static final ClassDesc RUNNABLE = ClassDesc.of("java.lang.Runnable");
    private static final MethodTypeDesc EXIT = MethodTypeDesc.of(CD_void, CD_int);
    private static final DirectMethodHandleDesc LAMBDA = bootstrap(
            "java.lang.invoke.LambdaMetafactory", "metafactory", CD_MethodType, CD_MethodHandle, CD_MethodType);
    private static final String MEMBER = " is not among the JDK members that a component may use";

    private static DirectMethodHandleDesc bootstrap(String owner, String name, ClassDesc... further) {
        MethodTypeDesc type = MethodTypeDesc.of(CD_CallSite, CD_MethodHandles_Lookup, CD_String, CD_MethodType);
        return MethodHandleDesc.ofMethod(
                DirectMethodHandleDesc.Kind.STATIC, ClassDesc.of(owner), name, type.insertParameterTypes(3, further));
    }

    private static byte[] file(Consumer<ClassBuilder> content) {
        return ClassFile.of().build(GUEST, content);
    }

    private static byte[] code(Consumer<CodeBuilder> code) {
        return file(type -> type.withMethodBody("run", MTD_void, ACC_PUBLIC | ACC_STATIC, code));
    }

    private static List<String> rejections(byte[] file) {
        return Guests.rejections(Map.of("Guest", file));
    }

    private static byte[] call(
            DirectMethodHandleDesc bootstrap, String name, ClassDesc result, ConstantDesc... arguments) {
        return code(code -> code.invokedynamic(
                        DynamicCallSiteDesc.of(bootstrap, name, MethodTypeDesc.of(result), arguments))
                .pop()
                .return_());
    }

    @Test
    void aBootstrapMethodOfItsOwnIsRejected() {
        assertThat(rejections(call(bootstrap("Guest", "link"), "x", CD_Object)))
                .containsExactly(
                        "Guest.run: Guest.link(java.lang.invoke.MethodHandles$Lookup, java.lang.String,"
                                + " java.lang.invoke.MethodType) is not among the bootstrap methods that a component may use",
                        "Guest: java.lang.invoke.MethodHandles$Lookup is not among the classes that a component may use");
    }

    @Test
    void aBootstrapMethodOfTheJdkThatCompilersDoNotUseIsRejected() {
        assertThat(rejections(
                        call(bootstrap("java.lang.invoke.MethodHandleProxies", "asInterfaceInstance"), "x", CD_Object)))
                .contains("Guest.run: java.lang.invoke.MethodHandleProxies.asInterfaceInstance("
                        + "java.lang.invoke.MethodHandles$Lookup, java.lang.String, java.lang.invoke.MethodType)"
                        + " is not among the bootstrap methods that a component may use");
    }

    private static byte[] lambda(String name, ClassDesc type, DirectMethodHandleDesc body) {
        return call(LAMBDA, name, type, MTD_void, body, MTD_void);
    }

    private static DirectMethodHandleDesc own() {
        return MethodHandleDesc.ofMethod(DirectMethodHandleDesc.Kind.STATIC, GUEST, "run", MTD_void);
    }

    @Test
    void aLambdaOfItsOwnIsAccepted() {
        assertThat(rejections(lambda("run", RUNNABLE, own()))).isEmpty();
    }

    @Test
    void aLambdaThatIsAFinalizerIsRejected() {
        assertThat(rejections(lambda("finalize", RUNNABLE, own())))
                .containsExactly("Guest.run: a lambda must not be a finalizer");
    }

    @Test
    void aLambdaOfATypeThatMustNotBeImplementedIsRejected() {
        assertThat(rejections(lambda("run", ClassDesc.of("java.time.temporal.TemporalUnit"), own())))
                .containsExactly(
                        "Guest.run: java.time.temporal.TemporalUnit is not among the JDK types that a component"
                                + " may extend or implement");
    }

    @Test
    void aLambdaOverAForbiddenMemberIsRejected() {
        assertThat(rejections(lambda(
                        "run",
                        RUNNABLE,
                        MethodHandleDesc.ofMethod(
                                DirectMethodHandleDesc.Kind.STATIC,
                                ClassDesc.of("java.lang.Thread"),
                                "yield",
                                MTD_void))))
                .containsExactly("Guest.run: java.lang.Thread.yield()" + MEMBER);
    }

    @Test
    void aMethodHandleThatIsLoadedMustBeOfAnAllowedMember() {
        DirectMethodHandleDesc exit =
                MethodHandleDesc.ofMethod(DirectMethodHandleDesc.Kind.STATIC, SYSTEM, "exit", EXIT);
        assertThat(rejections(code(code -> code.loadConstant(exit).pop().return_())))
                .containsExactly("Guest.run: java.lang.System.exit(int)" + MEMBER);
    }

    @Test
    void aMethodHandleIsNotInvoked() {
        assertThat(rejections(code(code -> code.loadConstant(own())
                        .invokevirtual(CD_MethodHandle, "invokeExact", MTD_void)
                        .return_())))
                .containsExactly("Guest.run: java.lang.invoke.MethodHandle.invokeExact()" + MEMBER);
    }

    @Test
    void aMethodTypeThatIsLoadedMustBeOfAllowedClasses() {
        MethodTypeDesc type = MethodTypeDesc.of(CD_void, ClassDesc.of("java.lang.Thread"));
        assertThat(rejections(code(code -> code.loadConstant(type).pop().return_())))
                .containsExactly("Guest.run: java.lang.Thread is not among the classes that a component may use");
    }

    private static byte[] constant(DirectMethodHandleDesc bootstrap, ConstantDesc... arguments) {
        return code(code -> code.loadConstant(DynamicConstantDesc.ofNamed(bootstrap, "x", CD_Object, arguments))
                .pop()
                .return_());
    }

    private static DirectMethodHandleDesc constantBootstrap(String name, ClassDesc result, ClassDesc... further) {
        return MethodHandleDesc.ofMethod(
                DirectMethodHandleDesc.Kind.STATIC,
                ClassDesc.of("java.lang.invoke.ConstantBootstraps"),
                name,
                MethodTypeDesc.of(result, CD_MethodHandles_Lookup, CD_String, CD_Class)
                        .insertParameterTypes(3, further));
    }

    @Test
    void aDynamicConstantThatReadsAStaticFieldIsRejected() {
        assertThat(rejections(constant(constantBootstrap("getStaticFinal", CD_Object, CD_Class), SYSTEM)))
                .contains("Guest.run: java.lang.invoke.ConstantBootstraps.getStaticFinal("
                        + "java.lang.invoke.MethodHandles$Lookup, java.lang.String, java.lang.Class, java.lang.Class)"
                        + " is not among the bootstrap methods that a component may use for a constant");
    }

    @Test
    void aDynamicConstantThatInvokesAnythingButALabelIsRejected() {
        DirectMethodHandleDesc lookup = MethodHandleDesc.ofMethod(
                DirectMethodHandleDesc.Kind.STATIC,
                ClassDesc.of("java.lang.invoke.MethodHandles"),
                "lookup",
                MethodTypeDesc.of(CD_MethodHandles_Lookup));
        assertThat(rejections(constant(
                        constantBootstrap("invoke", CD_Object, CD_MethodHandle, CD_Object.arrayType()), lookup)))
                .contains("Guest.run: java.lang.invoke.ConstantBootstraps.invoke("
                        + "java.lang.invoke.MethodHandles$Lookup, java.lang.String, java.lang.Class,"
                        + " java.lang.invoke.MethodHandle, java.lang.Object[])"
                        + " is not among the bootstrap methods that a component may use for a constant");
    }

    @Test
    void aConstantThatNoInstructionUsesIsRejectedAllTheSame() {
        assertThat(rejections(file(type -> type.constantPool().methodRefEntry(SYSTEM, "exit", EXIT))))
                .containsExactly("Guest: java.lang.System.exit(int)" + MEMBER);
    }

    @Test
    void aMemberIsTheSameByWhicheverSubclassItIsNamed() {
        assertThat(rejections(code(code -> code.aconst_null()
                        .checkcast(GUEST)
                        .invokevirtual(GUEST, "notifyAll", MTD_void)
                        .return_())))
                .containsExactly("Guest.run: java.lang.Object.notifyAll()" + MEMBER);
    }

    @Test
    void aMemberIsTheSameByAnArray() {
        assertThat(rejections(code(code -> code.aconst_null()
                        .invokevirtual(CD_int.arrayType(), "notifyAll", MTD_void)
                        .return_())))
                .containsExactly("Guest.run: java.lang.Object.notifyAll()" + MEMBER);
    }

    @Test
    void anArrayMayBeCloned() {
        assertThat(rejections(code(code -> code.aconst_null()
                        .invokevirtual(CD_int.arrayType(), "clone", MethodTypeDesc.of(CD_Object))
                        .pop()
                        .return_())))
                .isEmpty();
    }

    @Test
    void anArrayOfAForbiddenClassIsNoWayAroundIt() {
        ClassDesc threads = ClassDesc.of("java.lang.Thread").arrayType();
        assertThat(rejections(code(code -> code.aconst_null()
                        .invokevirtual(threads, "clone", MethodTypeDesc.of(CD_Object))
                        .pop()
                        .return_())))
                .containsExactly("Guest.run: java.lang.Thread is not among the classes that a component may use");
    }

    @Test
    void anInterfaceDoesNotBorrowAMethodThatObjectHas() {
        byte[] file = file(type -> type.withFlags(ACC_PUBLIC | ACC_INTERFACE | ACC_ABSTRACT)
                .withMethod("notifyAll", MTD_void, ACC_PUBLIC | ACC_ABSTRACT, method -> {}));
        assertThat(rejections(file))
                .containsExactly(
                        "Guest.notifyAll: an interface must not declare notifyAll(), through which a method of a"
                                + " JDK type would be called that is withheld from components");
    }

    @Test
    void aLockOnWhateverIsOnTheStackIsRejected() {
        assertThat(rejections(code(code -> code.loadConstant("x").monitorenter().return_())))
                .containsExactly("Guest.run: a component locks no objects but by synchronized methods of its own");
    }

    @Test
    void classesThatExtendEachOtherInACircleAreNoTrap() {
        ClassDesc other = ClassDesc.of("Other");
        Map<String, byte[]> classes = new LinkedHashMap<>();
        classes.put(
                "Guest",
                file(type -> type.withSuperclass(other)
                        .withMethodBody(
                                "run",
                                MTD_void,
                                ACC_STATIC,
                                code -> code.aconst_null()
                                        .checkcast(GUEST)
                                        .invokevirtual(GUEST, "notify", MTD_void)
                                        .return_())));
        classes.put("Other", ClassFile.of().build(other, type -> type.withSuperclass(GUEST)));
        assertThat(Guests.rejections(classes)).containsExactly("Guest.run: java.lang.Object.notify()" + MEMBER);
    }

    @Test
    void aClassUnderTheNameOfAnotherIsRejected() {
        assertThat(Guests.rejections(Map.of("Other", file(type -> {}))))
                .containsExactly("Other: the file of this class is that of Guest");
    }

    @Test
    void aClassInThePackageOfAnotherIsRejected() {
        ClassDesc evil = ClassDesc.of("org.espalier.base.Evil");
        assertThat(Guests.rejections(
                        Map.of("org/espalier/base/Evil", ClassFile.of().build(evil, type -> {}))))
                .containsExactly("org.espalier.base.Evil: a component defines no class in the package of another");
    }

    @Test
    void anOldClassFileIsRejected() {
        assertThat(rejections(file(type -> type.withVersion(ClassFile.JAVA_6_VERSION, 0))))
                .containsExactly(
                        "Guest: class files of version 50 are too old: 51 (Java 7) is the oldest that is verified");
    }

    @Test
    void aClassFileOfTheFutureIsRejected() {
        byte[] file = file(type -> {});
        file[7] = (byte) (ClassFile.latestMajorVersion() + 1);
        assertThat(rejections(file))
                .containsExactly("Guest: the class file is malformed: Unsupported class file version: "
                        + (ClassFile.latestMajorVersion() + 1));
    }

    @Test
    void namesThatWouldBreakTheLogDoNot() {
        assertThat(rejections(file(type -> type.withMethodBody(
                        "a\nb\u202ec",
                        MTD_void,
                        ACC_STATIC,
                        code -> code.iconst_1()
                                .invokestatic(SYSTEM, "exit", EXIT)
                                .return_()))))
                .containsExactly("Guest.a?b?c: java.lang.System.exit(int)" + MEMBER);
    }

    @Test
    void whatIsNoClassFileIsRejected() {
        assertThat(rejections("no class file".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .containsExactly("Guest: the class file is malformed: Bad magic number");
        assertThat(rejections(new byte[0]))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("Guest: the class file is malformed: ");
    }

    @Test
    void rejectionsAreCountedAndTheFirstHundredKept() {
        byte[] file = file(type -> {
            for (int i = 0; i < 150; i++) {
                type.withMethodBody(
                        "m" + i,
                        MTD_void,
                        ACC_STATIC,
                        code -> code.iconst_1()
                                .invokestatic(SYSTEM, "exit", EXIT)
                                .return_());
            }
        });
        Verdict verdict = Verifier.forThisJdk().verify(Guests.jar(Map.of("Guest", file)));
        assertThat(verdict.rejections()).hasSize(100);
        assertThat(verdict.further()).isEqualTo(50);
        assertThat(verdict.summary(100))
                .isEqualTo("Guest.m0: java.lang.System.exit(int) is not among the JDK members that a component may use;"
                        + " and 149 more");
    }
}
