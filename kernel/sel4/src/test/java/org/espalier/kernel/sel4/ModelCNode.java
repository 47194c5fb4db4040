package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.ModelCap.Kind;

/** Operations on CNodes in the reference model: what is refused, in order, and what happens otherwise. */
final class ModelCNode {
    private final ModelTree tree;
    private final ModelIpc ipc;
    private final ModelDeletion deletion;
    private final ModelThread thread;
    private final ModelCap node;
    private final ReferenceModel.Arguments arguments;
    private final boolean wrongError;

    /** {@code wrongError} is a mistake: a full slot is refused with the wrong number. */
    ModelCNode(
            ModelTree tree,
            ModelIpc ipc,
            ModelDeletion deletion,
            ModelThread thread,
            ModelCap node,
            ReferenceModel.Arguments arguments,
            boolean wrongError) {
        this.tree = tree;
        this.ipc = ipc;
        this.deletion = deletion;
        this.thread = thread;
        this.node = node;
        this.arguments = arguments;
        this.wrongError = wrongError;
    }

    private long word(int index) {
        return arguments.words().get(index);
    }

    /** What is to be done, if it is not refused. */
    Runnable decide() {
        Invocation operation = RandomModelProgram.operation(arguments.label());
        if (operation.compareTo(Invocation.CNODE_REVOKE) < 0 || operation.compareTo(Invocation.CNODE_SAVE_CALLER) > 0) {
            throw new Refused(SyscallError.ILLEGAL_OPERATION);
        }
        arguments.need(2, 0);
        ModelSlot slot = tree.exactly(node, word(0), word(1), false);
        return switch (operation) {
            case CNODE_REVOKE -> () -> deletion.revoke(slot);
            case CNODE_DELETE -> () -> deletion.delete(slot);
            case CNODE_CANCEL_BADGED_SENDS -> cancelBadgedSends(slot);
            case CNODE_SAVE_CALLER -> saveCaller(slot);
            case CNODE_ROTATE -> rotate(slot);
            default -> transfer(operation, slot);
        };
    }

    private void needEmpty(ModelSlot slot) {
        if (!slot.isEmpty()) {
            throw new Refused(wrongError ? SyscallError.REVOKE_FIRST : SyscallError.DELETE_FIRST);
        }
    }

    private ModelSlot full(ModelSlot slot, long depth, boolean source) {
        if (slot.isEmpty()) {
            throw Refused.lookup(LookupFailure.MISSING_CAPABILITY, depth).as(source);
        }
        return slot;
    }

    private static Refused illegal() {
        return new Refused(SyscallError.ILLEGAL_OPERATION);
    }

    private Runnable transfer(Invocation operation, ModelSlot target) {
        arguments.need(4, 1);
        needEmpty(target);
        ModelSlot source = tree.exactly(arguments.caps().getFirst().capOrNull(), word(2), word(3), true);
        ModelCap cap = full(source, word(3), true).cap();
        switch (operation) {
            case CNODE_MOVE -> {
                return () -> tree.move(cap, source, target);
            }
            case CNODE_MUTATE -> {
                arguments.need(5, 0);
                ModelCap mutated = withData(cap, word(4), true);
                return () -> tree.move(mutated, source, target);
            }
            case CNODE_COPY -> {
                arguments.need(5, 0);
                ModelCap copy = derived(masked(cap, word(4)), source);
                return () -> tree.insertDerived(target, copy, source);
            }
            case CNODE_MINT -> {
                arguments.need(6, 0);
                // What has children is refused for that, whatever else is wrong.
                derivedIfUntyped(cap, source);
                ModelCap minted = derived(withData(masked(cap, word(4)), word(5), false), source);
                return () -> tree.insertDerived(target, minted, source);
            }
            default -> throw new IllegalStateException("No transfer: " + operation);
        }
    }

    private static ModelCap masked(ModelCap cap, long rights) {
        // Bit by bit, in the order in which system calls have them: write, read, grant, grant reply.
        int mask = (int) rights & ModelCap.ALL;
        return switch (cap.kind()) {
            case ENDPOINT, NOTIFICATION -> cap.withRights(cap.rights() & mask);
            default -> cap;
        };
    }

    private static ModelCap withData(ModelCap cap, long data, boolean keepsBadge) {
        return switch (cap.kind()) {
            case ENDPOINT, NOTIFICATION -> {
                if (keepsBadge || cap.isBadged()) {
                    throw illegal();
                }
                yield cap.withWord(data);
            }
            case CNODE -> {
                int bits = (int) (data % 64 + 64) % 64;
                if (bits + cap.size() > 64) {
                    throw illegal();
                }
                long guard = 0;
                for (int i = 0; i < bits && i < 58; i++) {
                    guard |= data & 1L << (6 + i);
                }
                yield cap.withGuard(bits, guard >>> 6);
            }
            default -> cap;
        };
    }

    private static void derivedIfUntyped(ModelCap cap, ModelSlot source) {
        if (cap.is(Kind.UNTYPED)) {
            derived(cap, source);
        }
    }

    private static ModelCap derived(ModelCap cap, ModelSlot source) {
        switch (cap.kind()) {
            case ZOMBIE, REPLY -> throw illegal();
            case UNTYPED -> {
                if (!source.children().isEmpty()) {
                    throw new Refused(SyscallError.REVOKE_FIRST);
                }
            }
            default -> {
                // Everything else can be copied.
            }
        }
        return cap;
    }

    private Runnable rotate(ModelSlot target) {
        arguments.need(8, 2);
        ModelSlot source = tree.exactly(arguments.caps().get(1).capOrNull(), word(6), word(7), true);
        ModelSlot pivot = tree.exactly(arguments.caps().get(0).capOrNull(), word(3), word(4), true);
        if (pivot == source || pivot == target) {
            throw illegal();
        }
        if (source != target) {
            needEmpty(target);
        }
        full(source, word(7), true);
        full(pivot, word(4), false);
        ModelCap fromSource = withData(source.cap(), word(5), true);
        ModelCap fromPivot = withData(pivot.cap(), word(2), true);
        return () -> {
            if (source == target) {
                tree.swap(fromSource, source, fromPivot, pivot);
            } else {
                tree.move(fromPivot, pivot, target);
                tree.move(fromSource, source, pivot);
            }
        };
    }

    private Runnable cancelBadgedSends(ModelSlot slot) {
        if (!slot.holds(Kind.ENDPOINT) || !slot.cap().may(ModelCap.ALL)) {
            throw illegal();
        }
        ModelCap cap = slot.cap();
        return () -> {
            if (cap.isBadged()) {
                ipc.restart(cap.object(), cap.word());
            }
        };
    }

    private Runnable saveCaller(ModelSlot target) {
        needEmpty(target);
        ModelSlot caller = tree.slot(thread.object + ModelIpc.CALLER);
        return () -> {
            if (!caller.isEmpty()) {
                tree.move(caller.cap(), caller, target);
            }
        };
    }
}
