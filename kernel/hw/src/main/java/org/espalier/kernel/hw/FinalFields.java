package org.espalier.kernel.hw;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whether the final fields of an object are final for byte code as well. The JVM lets a constructor write those of any object of its
 * class, though no compiler of Java does that. Where nothing in a constructor yields another object of its class, it writes those of
 * the object that it constructs, and no others.
 *
 * <p>Stateless, thread-safe.
 */
final class FinalFields {
    /** The first version in which only initializers write final fields: Java 9. */
    private static final int OLDEST_VERSION = ClassFile.JAVA_9_VERSION;

    private FinalFields() {}

    /** Whether they are for all objects of the class {@code name}; {@code models} are all classes of its JAR by name, with dots. */
    static boolean areFinal(String name, Map<String, ClassModel> models) {
        ClassModel model = models.get(name);
        return model != null
                && model.majorVersion() >= OLDEST_VERSION
                && model.methods().stream()
                        .filter(method -> method.methodName().equalsString("<init>"))
                        .noneMatch(constructor -> seesAnother(constructor, name, models));
    }

    private static boolean seesAnother(MethodModel constructor, String name, Map<String, ClassModel> models) {
        Stream<ClassDesc> parameters = constructor.methodTypeSymbol().parameterList().stream();
        Stream<ClassDesc> yielded = constructor.code().stream()
                .flatMap(code -> code.elementStream().filter(FinalFields::yieldsObject))
                .map(FinalFields::yielded);
        return Stream.concat(parameters, yielded).anyMatch(type -> isOrExtends(type, name, models));
    }

    private static boolean yieldsObject(CodeElement element) {
        return switch (element) {
            case InvokeInstruction call -> true;
            case InvokeDynamicInstruction call -> true;
            case FieldInstruction field -> true;
            case TypeCheckInstruction check -> check.opcode() == Opcode.CHECKCAST;
            case NewObjectInstruction made -> true;
            default -> false;
        };
    }

    private static ClassDesc yielded(CodeElement element) {
        return switch (element) {
            case InvokeInstruction call -> call.typeSymbol().returnType();
            case InvokeDynamicInstruction call -> call.typeSymbol().returnType();
            case FieldInstruction field -> field.typeSymbol();
            case TypeCheckInstruction check -> check.type().asSymbol();
            case NewObjectInstruction made -> made.className().asSymbol();
            default -> throw new IllegalArgumentException(element + " yields no object.");
        };
    }

    private static boolean isOrExtends(ClassDesc type, String name, Map<String, ClassModel> models) {
        String own = name(type);
        for (ClassModel model = models.get(own); model != null; model = models.get(own)) {
            if (own.equals(name)) {
                return true;
            }
            own = model.superclass()
                    .map(ClassEntry::asSymbol)
                    .map(FinalFields::name)
                    .orElse("");
        }
        return false;
    }

    /** That of the elements for an array, for they can be taken out. */
    private static String name(ClassDesc type) {
        ClassDesc element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        String descriptor = element.descriptorString();
        return element.isPrimitive()
                ? ""
                : descriptor.substring(1, descriptor.length() - 1).replace('/', '.');
    }
}
