package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.List;
import org.espalier.kernel.sel4.ModelCap.Kind;

/** {@code Untyped_Retype} in the reference model, for the objects that it knows: what is refused, in order, and what is made. */
final class ModelRetype {
    private static final int MOST_BITS = 47;
    private static final int MOST_OBJECTS = 256;
    private static final int KINDS = 12;

    private final ModelTree tree;
    private final ModelIpc ipc;
    private final ModelSlot untyped;
    private final ReferenceModel.Arguments arguments;
    private final boolean givesTwice;

    private int objectBits;
    private long start;
    private final List<ModelSlot> targets = new ArrayList<>();

    /** {@code givesTwice} is a mistake: what is in use is forgotten too early. */
    ModelRetype(
            ModelTree tree, ModelIpc ipc, ModelSlot untyped, ReferenceModel.Arguments arguments, boolean givesTwice) {
        this.tree = tree;
        this.ipc = ipc;
        this.untyped = untyped;
        this.arguments = arguments;
        this.givesTwice = givesTwice;
    }

    private long word(int index) {
        return arguments.words().get(index);
    }

    void check() {
        if (arguments.label() != RandomModelProgram.number(Invocation.UNTYPED_RETYPE)) {
            throw new Refused(SyscallError.ILLEGAL_OPERATION);
        }
        arguments.need(6, 1);
        long kind = word(0);
        long size = word(1);
        if (kind < 0 || kind >= KINDS) {
            throw new Refused(SyscallError.INVALID_ARGUMENT, 0);
        }
        if (size < 0 || size > 63 || bits((int) kind, (int) size) > MOST_BITS) {
            throw new Refused(SyscallError.RANGE_ERROR, 0, MOST_BITS);
        }
        if ((kind == ObjectType.CNODE && size == 0) || (kind == ObjectType.UNTYPED && size < 4)) {
            throw new Refused(SyscallError.INVALID_ARGUMENT, 1);
        }
        objectBits = bits((int) kind, (int) size);
        checkTargets();
        checkMemory((int) kind);
    }

    private void checkTargets() {
        ModelSlot node = arguments.caps().getFirst();
        if (word(3) != 0) {
            node = tree.exactly(node.capOrNull(), word(2), word(3), false);
        }
        if (!node.holds(Kind.CNODE)) {
            throw Refused.lookup(LookupFailure.MISSING_CAPABILITY, word(3)).as(false);
        }
        int slots = node.cap().slots();
        long offset = word(4);
        long count = word(5);
        if (offset < 0 || offset >= slots) {
            throw new Refused(SyscallError.RANGE_ERROR, 0, slots - 1);
        }
        if (count < 1 || count > MOST_OBJECTS) {
            throw new Refused(SyscallError.RANGE_ERROR, 1, MOST_OBJECTS);
        }
        if (offset + count > slots) {
            throw new Refused(SyscallError.RANGE_ERROR, 1, slots - offset);
        }
        for (long i = offset; i < offset + count; i++) {
            ModelSlot target = tree.slot(node.cap().object() + i * ModelCap.SLOT_BYTES);
            if (!target.isEmpty()) {
                throw new Refused(SyscallError.DELETE_FIRST);
            }
            targets.add(target);
        }
    }

    private void checkMemory(int kind) {
        ModelCap cap = untyped.cap();
        boolean free = untyped.children().isEmpty()
                || (givesTwice && untyped.children().size() == 1);
        long used = free ? 0 : cap.word();
        long objectBytes = 1L << objectBits;
        start = Math.ceilDiv(used, objectBytes) * objectBytes;
        if (start + ((long) targets.size() << objectBits) > 1L << cap.size()) {
            throw new Refused(SyscallError.NOT_ENOUGH_MEMORY, (1L << cap.size()) - used);
        }
        if (cap.rights() != 0 && kind != ObjectType.UNTYPED) {
            throw new Refused(SyscallError.INVALID_ARGUMENT, 1);
        }
    }

    void carryOut() {
        ModelCap cap = untyped.cap();
        long end = start + ((long) targets.size() << objectBits);
        untyped.cap(cap.withWord(end));
        long object = cap.object() + start;
        for (ModelSlot target : targets) {
            ModelCap made = make((int) word(0), (int) word(1), object, cap.rights());
            tree.insertNew(target, made, untyped);
            object += 1L << objectBits;
        }
    }

    private ModelCap make(int kind, int size, long object, int device) {
        return switch (kind) {
            case ObjectType.UNTYPED -> ModelCap.of(Kind.UNTYPED, object, size, device);
            case ObjectType.ENDPOINT -> ModelCap.of(Kind.ENDPOINT, object, 0, ModelCap.ALL);
            case ObjectType.NOTIFICATION -> ModelCap.of(Kind.NOTIFICATION, object, 0, ModelCap.SEND | ModelCap.RECEIVE);
            case ObjectType.CNODE -> {
                ModelCap node = ModelCap.of(Kind.CNODE, object, size, 0);
                tree.slots(object, node.slots(), true);
                yield node;
            }
            case ObjectType.TCB -> {
                tree.slots(object, ModelCap.THREAD_SLOTS, true);
                ipc.add(new ModelThread(object, false));
                yield ModelCap.of(Kind.THREAD, object, 0, 0);
            }
            default -> throw new IllegalArgumentException("The model knows no objects of type " + kind + ".");
        };
    }

    private static int bits(int kind, int size) {
        return switch (kind) {
            case ObjectType.UNTYPED -> size;
            case ObjectType.TCB -> 11;
            case ObjectType.ENDPOINT -> 4;
            case ObjectType.NOTIFICATION -> 5;
            case ObjectType.CNODE -> size + 5;
            case ObjectType.HUGE_PAGE -> 30;
            case ObjectType.LARGE_PAGE -> 21;
            default -> 12;
        };
    }
}
