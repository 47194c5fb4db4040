package org.espalier.kernel.verifier;

import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.ConstantDynamicEntry;
import java.lang.classfile.constantpool.ConstantPool;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges the constants of one class file, each once. All of them are judged, used or not: what code names it names through
 * them, and a constant that nothing seems to use is not worth the risk of having overlooked its use. For one thread.
 */
final class PoolCheck {
    private final World world;
    private final Bootstraps bootstraps = new Bootstraps(this);
    private final ConstantPool constants;
    private final @Nullable Problem[] problems;
    private final BitSet judged;

    PoolCheck(World world, ConstantPool constants) {
        this.world = world;
        this.constants = constants;
        this.problems = new Problem[constants.size()];
        this.judged = new BitSet(constants.size());
    }

    World world() {
        return world;
    }

    /** Why code may not use the constant, null when it may. */
    @Nullable Problem problem(PoolEntry entry) {
        int index = entry.index();
        if (!judged.get(index)) {
            problems[index] = judge(entry);
            judged.set(index);
        }
        return problems[index];
    }

    private @Nullable Problem judge(PoolEntry entry) {
        // By tag, for most entries are texts, and this runs once for each before anything is compiled.
        return switch (entry.tag()) {
            case PoolEntry.TAG_CLASS -> world.classProblem(((ClassEntry) entry).asInternalName());
            case PoolEntry.TAG_FIELDREF, PoolEntry.TAG_METHODREF, PoolEntry.TAG_INTERFACE_METHODREF ->
                memberProblem((MemberRefEntry) entry);
            case PoolEntry.TAG_METHOD_TYPE ->
                world.descriptorProblem(((MethodTypeEntry) entry).descriptor().stringValue());
            case PoolEntry.TAG_METHOD_HANDLE -> problem(((MethodHandleEntry) entry).reference());
            case PoolEntry.TAG_INVOKE_DYNAMIC -> bootstraps.callProblem((InvokeDynamicEntry) entry);
            case PoolEntry.TAG_DYNAMIC -> bootstraps.constantProblem((ConstantDynamicEntry) entry);
            default -> null;
        };
    }

    private @Nullable Problem memberProblem(MemberRefEntry member) {
        return world.memberProblem(
                member.owner().asInternalName(),
                member.name().stringValue(),
                member.type().stringValue());
    }

    /**
     * Whether any constant could let an instruction do what it must not. Where none can, code need not be read: it does nothing
     * but by a constant, except for locking.
     */
    boolean hasProblems() {
        for (PoolEntry entry : constants) {
            if (problem(entry) != null && !isOfTheJvm(entry)) {
                return true;
            }
        }
        return false;
    }

    /** Rejects what no instruction was rejected for; a class alone if nothing else is wrong, for whoever names a member names its class. */
    void rejectTheRest(Findings findings) {
        for (PoolEntry entry : constants) {
            if (!(entry instanceof ClassEntry) && !isJudgedByItsUse(entry)) {
                reject(entry, findings);
            }
        }
        for (PoolEntry entry : constants) {
            if (entry instanceof ClassEntry && findings.isTypeClean()) {
                reject(entry, findings);
            }
        }
    }

    private void reject(PoolEntry entry, Findings findings) {
        Problem problem = problem(entry);
        if (problem != null && !isOfTheJvm(entry)) {
            findings.rejectUnlessKnown(problem);
        }
    }

    /** {@code Class.getResourceAsStream} is right or wrong by the instructions around it; as a method handle it stays wrong. */
    private static boolean isJudgedByItsUse(PoolEntry entry) {
        return entry instanceof MemberRefEntry member && CodeCheck.isResource(member);
    }

    /** Bootstrap methods, which the constants of dynamic calls name, and types that only a list of nested classes mentions. */
    private boolean isOfTheJvm(PoolEntry entry) {
        return switch (entry) {
            case ClassEntry type -> world.isLinked(type.asInternalName());
            case MemberRefEntry member -> Bootstraps.isKnown(member);
            case MethodHandleEntry handle -> Bootstraps.isKnown(handle.reference());
            default -> false;
        };
    }
}
