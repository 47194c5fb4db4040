package org.espalier.kernel.hw;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.function.Predicate;

/**
 * Puts polls into class files of components, so that their code can be stopped wherever it loops: at the entry of every method, before
 * every jump backwards, and at the entry of every exception handler, which therefore cannot go on with the throwable that stops it.
 * {@link PolledMethod} says how. What the code does is the same as before, and so are its lines and variables for a debugger.
 *
 * <p>No new frame of a stack map is needed, for no jump leads to a new place: those of the compiler move with their labels, and no
 * class has to be known in order to make them. Stateless, thread-safe.
 */
final class Polls {
    /** The first version in which stack maps are mandatory and subroutines are gone: Java 7. */
    private static final int OLDEST_VERSION = ClassFile.JAVA_7_VERSION;

    private static final ClassFile CLASS_FILE = ClassFile.of(
            ClassFile.StackMapsOption.DROP_STACK_MAPS, // Replaced by those of the class file.
            ClassFile.ShortJumpsOption.FAIL_ON_SHORT_JUMPS, // A longer one would need a frame more.
            ClassFile.AttributesProcessingOption.DROP_UNSTABLE_ATTRIBUTES);

    private Polls() {}

    /**
     * The class file with polls.
     *
     * @param name name of the class, for messages
     * @throws ClassFormatError if it cannot be read, or has no room for polls; the message names class and method
     */
    static byte[] into(byte[] classFile, String name) {
        ClassModel model;
        try {
            model = CLASS_FILE.parse(classFile);
            if (model.majorVersion() < OLDEST_VERSION) {
                throw new ClassFormatError("Class " + name + " has the class file version " + model.majorVersion()
                        + "; a component's have at least " + OLDEST_VERSION + ".");
            }
        } catch (IllegalArgumentException e) {
            throw new ClassFormatError("Class " + name + " is no class file that can be read: " + e.getMessage());
        }
        try {
            return into(model, method -> true);
        } catch (IllegalArgumentException e) {
            throw new ClassFormatError(whyNot(model, name, e));
        }
    }

    private static byte[] into(ClassModel model, Predicate<MethodModel> chosen) {
        return CLASS_FILE.transformClass(model, (builder, element) -> {
            if (element instanceof MethodModel method
                    && method.code().orElse(null) instanceof CodeAttribute code
                    && chosen.test(method)) {
                builder.transformMethod(method, MethodTransform.transformingCode(new PolledMethod(code)));
            } else {
                builder.with(element);
            }
        });
    }

    /** Which method has no room, found by putting polls into one at a time. */
    private static String whyNot(ClassModel model, String name, IllegalArgumentException all) {
        for (MethodModel method : model.methods()) {
            try {
                into(model, candidate -> candidate == method);
            } catch (IllegalArgumentException e) {
                return "Class " + name + ", method " + method.methodName().stringValue()
                        + method.methodType().stringValue() + ": no poll can be put in: " + e.getMessage();
            }
        }
        return "Class " + name + ": no polls can be put in: " + all.getMessage();
    }
}
