package org.espalier.kernel.hw;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the code of a JAR leaves its static fields alone once its classes are initialized, as far as its class files tell: all are
 * final, and what is taken out of one that holds an array is read from and goes nowhere. So a static array, as compilers make them for
 * enums and for switches over enums, stays what it was. Of objects in static fields {@link Immutable} says more.
 *
 * <p>Code whose use of an array is not plain to see counts as using it. Stateless, thread-safe.
 */
final class ReadOnlyStatics {
    /** The first version in which nothing but the initializer of its class writes a static final field: Java 9. */
    private static final int OLDEST_VERSION = ClassFile.JAVA_9_VERSION;

    private static final String INITIALIZER = "<clinit>";

    private ReadOnlyStatics() {}

    /** Why not, for people; empty if it does. {@code models} are all classes of the JAR, which the verifier has let through, by name. */
    static Optional<String> whyNot(Map<String, ClassModel> models) {
        for (Map.Entry<String, ClassModel> entry : models.entrySet()) {
            String name = entry.getKey();
            ClassModel model = entry.getValue();
            for (FieldModel field : model.fields()) {
                if (field.flags().has(AccessFlag.STATIC)
                        && (!field.flags().has(AccessFlag.FINAL) || model.majorVersion() < OLDEST_VERSION)) {
                    return Optional.of("the static field " + name + "." + field.fieldName() + " may be written");
                }
            }
            for (MethodModel method : model.methods()) {
                Optional<String> escaping = arrayThatEscapes(method, models);
                if (escaping.isPresent()) {
                    return Optional.of(
                            "method " + name + "." + method.methodName() + " may change the array " + escaping.get());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> arrayThatEscapes(MethodModel method, Map<String, ClassModel> models) {
        if (method.methodName().equalsString(INITIALIZER) || method.code().isEmpty()) {
            return Optional.empty(); // What it leaves behind is looked at when it has run.
        }
        List<Instruction> instructions = new ArrayList<>();
        for (CodeElement element : method.code().get()) {
            if (element instanceof Instruction instruction) {
                instructions.add(instruction);
            }
        }
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i) instanceof FieldInstruction get
                    && get.opcode() == Opcode.GETSTATIC
                    && models.containsKey(get.owner().asInternalName().replace('/', '.'))
                    && get.typeSymbol().isArray()
                    && !isRead(instructions.subList(i + 1, instructions.size()), get.field())) {
                return Optional.of(get.owner().asInternalName().replace('/', '.') + "." + get.name());
            }
        }
        return Optional.empty();
    }

    /** Whether an array on the stack is consumed by reading an element, its length or all of it, before anything else is done. */
    private static boolean isRead(List<Instruction> following, FieldRefEntry field) {
        boolean elementsAreArrays = field.typeSymbol().componentType().isArray();
        int above = 0;
        for (Instruction instruction : following) {
            if (above == 0 && instruction.opcode() == Opcode.ARRAYLENGTH) {
                return true;
            }
            if ((above == 0 && isCopy(instruction)) || (above == 1 && instruction instanceof ArrayLoadInstruction)) {
                return !elementsAreArrays;
            }
            Effect effect = effect(instruction);
            if (effect == null || effect.taken > above) {
                return false;
            }
            above += effect.left - effect.taken;
        }
        return false;
    }

    private static boolean isCopy(Instruction instruction) {
        return instruction instanceof InvokeInstruction call
                && call.owner().asSymbol().isArray()
                && call.name().equalsString("clone");
    }

    /** Values on the stack that an instruction takes and leaves. */
    private record Effect(int taken, int left) {}

    /** That of what compilers write between an array and the index into it; {@code null} for all else. */
    private static @Nullable Effect effect(Instruction instruction) {
        return switch (instruction) {
            case LoadInstruction load -> new Effect(0, 1);
            case ConstantInstruction constant -> new Effect(0, 1);
            case ArrayLoadInstruction load -> new Effect(2, 1);
            case TypeCheckInstruction check -> new Effect(1, 1);
            case FieldInstruction get when get.opcode() == Opcode.GETSTATIC -> new Effect(0, 1);
            case FieldInstruction get when get.opcode() == Opcode.GETFIELD -> new Effect(1, 1);
            case InvokeInstruction call ->
                new Effect(
                        call.typeSymbol().parameterCount() + (call.opcode() == Opcode.INVOKESTATIC ? 0 : 1),
                        TypeKind.from(call.typeSymbol().returnType()) == TypeKind.VOID ? 0 : 1);
            default -> null;
        };
    }
}
