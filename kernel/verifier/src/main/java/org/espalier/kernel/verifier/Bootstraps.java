package org.espalier.kernel.verifier;

import java.lang.classfile.BootstrapMethodEntry;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.ConstantDynamicEntry;
import java.lang.classfile.constantpool.IntegerEntry;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.invoke.LambdaMetafactory;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges dynamic calls and constants: only the bootstrap methods that compilers of Java use, and only with arguments that
 * code could name as well. For one thread.
 */
final class Bootstraps {
    private static final String LOOKUP = "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;";
    private static final String CALL = LOOKUP + "Ljava/lang/invoke/MethodType;";
    private static final String SITE = ")Ljava/lang/invoke/CallSite;";
    private static final String OBJECTS = "[Ljava/lang/Object;";

    private static final String LAMBDA = "java/lang/invoke/LambdaMetafactory.";
    private static final String SIMPLE_LAMBDA = LAMBDA + "metafactory" + CALL
            + "Ljava/lang/invoke/MethodType;Ljava/lang/invoke/MethodHandle;Ljava/lang/invoke/MethodType;" + SITE;
    private static final String OTHER_LAMBDA = LAMBDA + "altMetafactory" + CALL + OBJECTS + SITE;

    private static final String CONSTANT = "java/lang/invoke/ConstantBootstraps.invoke" + LOOKUP
            + "Ljava/lang/Class;Ljava/lang/invoke/MethodHandle;" + OBJECTS + ")Ljava/lang/Object;";

    private static final Set<String> CALLS = Set.of(
            SIMPLE_LAMBDA,
            OTHER_LAMBDA,
            "java/lang/invoke/StringConcatFactory.makeConcat" + CALL + SITE,
            "java/lang/invoke/StringConcatFactory.makeConcatWithConstants" + CALL + "Ljava/lang/String;" + OBJECTS
                    + SITE,
            "java/lang/runtime/ObjectMethods.bootstrap" + LOOKUP
                    + "Ljava/lang/invoke/TypeDescriptor;Ljava/lang/Class;Ljava/lang/String;"
                    + "[Ljava/lang/invoke/MethodHandle;)Ljava/lang/Object;",
            "java/lang/runtime/SwitchBootstraps.typeSwitch" + CALL + OBJECTS + SITE,
            "java/lang/runtime/SwitchBootstraps.enumSwitch" + CALL + OBJECTS + SITE);

    /** What the label of an enum constant in a pattern switch is made by, and nothing else may make a constant. */
    private static final Set<String> LABELS = Set.of(
            "java/lang/Enum$EnumDesc.of(Ljava/lang/constant/ClassDesc;Ljava/lang/String;)Ljava/lang/Enum$EnumDesc;",
            "java/lang/constant/ClassDesc.of(Ljava/lang/String;)Ljava/lang/constant/ClassDesc;");

    private static final String WRONG_ARGUMENT = "a constant has an argument of a kind that it must not have";

    private final PoolCheck pool;

    Bootstraps(PoolCheck pool) {
        this.pool = pool;
    }

    /** Whether the member is there to be named by dynamic calls and constants. */
    static boolean isKnown(MemberRefEntry member) {
        String text = text(member);
        return CALLS.contains(text) || CONSTANT.equals(text) || LABELS.contains(text);
    }

    private static String text(MemberRefEntry member) {
        return member.owner().asInternalName()
                + "."
                + member.name().stringValue()
                + member.type().stringValue();
    }

    private static String shown(MemberRefEntry member) {
        return Names.member(
                member.owner().asInternalName(),
                member.name().stringValue(),
                member.type().stringValue());
    }

    @Nullable Problem callProblem(InvokeDynamicEntry call) {
        BootstrapMethodEntry bootstrap = call.bootstrap();
        MemberRefEntry method = bootstrap.bootstrapMethod().reference();
        String text = text(method);
        if (!CALLS.contains(text)) {
            return Problem.of(shown(method), "is not among the bootstrap methods that a component may use");
        }
        Problem problem = pool.world().descriptorProblem(call.type().stringValue());
        if (problem == null && text.startsWith(LAMBDA)) {
            problem = lambdaProblem(call, bootstrap.arguments(), text.equals(OTHER_LAMBDA));
        }
        for (LoadableConstantEntry argument : bootstrap.arguments()) {
            if (problem == null) {
                problem = pool.problem(argument);
            }
        }
        return problem;
    }

    /** The class that is made for a lambda implements what the call says: types and one method, both chosen by the class file. */
    private @Nullable Problem lambdaProblem(
            InvokeDynamicEntry call, List<LoadableConstantEntry> arguments, boolean other) {
        if (call.name().equalsString("finalize")) {
            return Problem.of("a lambda must not be a finalizer");
        }
        String type = call.type().stringValue();
        List<String> classes = Names.classes(type.substring(type.indexOf(')') + 1));
        Problem problem = classes.isEmpty() ? null : pool.world().extensionProblem(classes.getFirst());
        if (!other || arguments.size() <= 3) {
            return problem;
        }
        if (!(arguments.get(3) instanceof IntegerEntry flags)
                || (flags.intValue() & LambdaMetafactory.FLAG_SERIALIZABLE) != 0) {
            return Problem.of("a lambda must not be serializable");
        }
        for (LoadableConstantEntry argument : arguments) {
            if (problem == null && argument instanceof ClassEntry marker) {
                problem = pool.world().extensionProblem(marker.asInternalName());
            }
        }
        return problem;
    }

    @Nullable Problem constantProblem(ConstantDynamicEntry constant) {
        BootstrapMethodEntry bootstrap = constant.bootstrap();
        List<LoadableConstantEntry> arguments = bootstrap.arguments();
        if (!CONSTANT.equals(text(bootstrap.bootstrapMethod().reference()))
                || !(arguments.getFirst() instanceof MethodHandleEntry maker)
                || !LABELS.contains(text(maker.reference()))) {
            return Problem.of(
                    shown(bootstrap.bootstrapMethod().reference()),
                    "is not among the bootstrap methods that a component may use for a constant");
        }
        for (LoadableConstantEntry argument : arguments.subList(1, arguments.size())) {
            // One label names one class: what is nested deeper is no compiler's work.
            Problem problem = switch (argument) {
                case StringEntry name -> null;
                case ConstantDynamicEntry type when isClassLabel(type) -> classLabelProblem(type);
                default -> Problem.of(WRONG_ARGUMENT);
            };
            if (problem != null) {
                return problem;
            }
        }
        return isClassLabel(constant) ? classLabelProblem(constant) : null;
    }

    private static boolean isClassLabel(ConstantDynamicEntry constant) {
        List<LoadableConstantEntry> arguments = constant.bootstrap().arguments();
        return arguments.size() == 2
                && arguments.getFirst() instanceof MethodHandleEntry maker
                && text(maker.reference()).startsWith("java/lang/constant/ClassDesc.")
                && CONSTANT.equals(text(constant.bootstrap().bootstrapMethod().reference()))
                && LABELS.contains(text(maker.reference()))
                && arguments.get(1) instanceof StringEntry;
    }

    private @Nullable Problem classLabelProblem(ConstantDynamicEntry label) {
        return label.bootstrap().arguments().get(1) instanceof StringEntry name
                ? pool.world().classProblem(name.stringValue().replace('.', '/'))
                : Problem.of(WRONG_ARGUMENT);
    }
}
