package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.kernel.sel4.proved.UntypedRegion;
import org.espalier.machine.MemoryView;

/**
 * {@code Untyped_Retype}: turns untyped memory into objects (seL4 manual, 2.4). What is in use of untyped memory only grows, until
 * all that was made of it is gone; then it is zeroed, which can be pre-empted, and given out from its start again. The order of the
 * checks is seL4's.
 */
final class UntypedInvocations {
    /** Objects made at once at most. */
    static final int MOST_OBJECTS = 256;

    /** log2 of the bytes that are zeroed between two looks for interrupts. */
    private static final int CHUNK_BITS = 8;

    private final ObjectMemory memory;
    private final MemoryView bytes;
    private final SlotTable slots;
    private final CapSpaces spaces;
    private final LookupFailure failure;
    private final SyscallError error;
    private final Threads threads;
    private final Scheduler scheduler;
    private final PreemptionPoint preemption;

    UntypedInvocations(
            ObjectMemory memory,
            MemoryView bytes,
            SlotTable slots,
            CapSpaces spaces,
            LookupFailure failure,
            SyscallError error,
            Threads threads,
            Scheduler scheduler,
            PreemptionPoint preemption) {
        this.memory = memory;
        this.bytes = bytes;
        this.slots = slots;
        this.spaces = spaces;
        this.failure = failure;
        this.error = error;
        this.threads = threads;
        this.scheduler = scheduler;
        this.preemption = preemption;
    }

    int invoke(Request request) {
        if (request.operation() != Invocation.UNTYPED_RETYPE) {
            return error.illegalOperation();
        }
        if (!request.has(6, 1)) {
            return error.truncated();
        }
        long type = request.word(0);
        long size = request.word(1);
        if (type < 0 || type >= ObjectType.COUNT) {
            return error.invalidArgument(0);
        }
        int kind = (int) type;
        long objectBits = ObjectType.bits(kind, size);
        if (Long.compareUnsigned(size, Long.SIZE) >= 0 || objectBits > ObjectType.MOST_UNTYPED_BITS) {
            return error.range(0, ObjectType.MOST_UNTYPED_BITS);
        }
        if ((kind == ObjectType.CNODE && size == 0)
                || (kind == ObjectType.UNTYPED && size < ObjectType.LEAST_UNTYPED_BITS)) {
            return error.invalidArgument(1);
        }
        int node = request.cap(0);
        long depth = request.word(3);
        if (depth != 0) {
            int status = spaces.findExactly(node, request.word(2), depth, false, error);
            if (status != Status.DONE) {
                return status;
            }
            node = spaces.slot();
        }
        if (memory.type(node) != CapType.CNODE) {
            failure.missingCapability(depth);
            return error.failedLookup(false);
        }
        long offset = request.word(4);
        long count = request.word(5);
        long nodeSlots = 1L << memory.radix(node);
        if (Long.compareUnsigned(offset, nodeSlots - 1) > 0) {
            return error.range(0, nodeSlots - 1);
        }
        if (count < 1 || count > MOST_OBJECTS) {
            return error.range(1, MOST_OBJECTS);
        }
        if (count > nodeSlots - offset) {
            return error.range(1, nodeSlots - offset);
        }
        int target = memory.firstSlot(node) + (int) offset;
        for (int i = 0; i < count; i++) {
            if (!slots.isEmpty(target + i)) {
                return error.deleteFirst();
            }
        }
        return retype(request, kind, size, (int) objectBits, target, (int) count);
    }

    private int retype(Request request, int kind, long size, int objectBits, int target, int count) {
        int slot = request.slot();
        long w0 = request.w0();
        long regionBytes = 1L << Caps.a(w0);
        boolean unused = !slots.tree().hasChild(slot);
        long used = unused ? 0 : request.w1();
        long start = UntypedRegion.start(regionBytes, used, 1L << objectBits, count);
        if (start < 0) {
            return error.notEnoughMemory(regionBytes - used);
        }
        boolean device = Caps.has(w0, Caps.DEVICE);
        if (device && !ObjectType.isFrame(kind) && kind != ObjectType.UNTYPED) {
            return error.invalidArgument(1);
        }
        request.begin();
        if (unused) {
            int status = reset(slot, w0, device);
            if (status != Status.DONE) {
                return status;
            }
        }
        memory.setCap(slot, w0, start + ((long) count << objectBits));
        long first = Caps.object(w0) + start;
        for (int i = 0; i < count; i++) {
            long object = first + ((long) i << objectBits);
            slots.insertNew(slot, target + i, create(kind, size, object, device), 0);
        }
        return Status.DONE;
    }

    /** Zeroes what was in use, from its end on, so that the capability always says how far it has come. */
    private int reset(int slot, long w0, boolean device) {
        long used = memory.w1(slot);
        if (used == 0) {
            return Status.DONE;
        }
        long region = Caps.object(w0);
        if (device || Caps.a(w0) < CHUNK_BITS) {
            if (!device) {
                bytes.view(region, 1L << Caps.a(w0)).clear();
            }
            memory.setCap(slot, w0, 0);
            return Status.DONE;
        }
        long chunk = 1L << CHUNK_BITS;
        for (long offset = (used - 1) & -chunk; offset >= 0; offset -= chunk) {
            clear(region + offset, chunk);
            memory.setCap(slot, w0, offset);
            int status = preemption.check();
            if (status != Status.DONE) {
                return status;
            }
        }
        return Status.DONE;
    }

    private void clear(long address, long length) {
        for (long at = address; at < address + length; at += Long.BYTES) {
            memory.setWord(at, 0);
        }
    }

    /** Makes zeroed memory an object, and tells the first word of the capability to it; the second one is 0. */
    private long create(int kind, long size, long object, boolean device) {
        int deviceFlag = device ? Caps.DEVICE : 0;
        return switch (kind) {
            case ObjectType.UNTYPED -> Caps.word(CapType.UNTYPED, (int) size, 0, deviceFlag, object);
            case ObjectType.TCB -> {
                threads.create(
                        (int) (object >>> TcbLayout.BITS), scheduler.domains().current());
                yield Caps.word(CapType.THREAD, 0, 0, 0, object);
            }
            case ObjectType.ENDPOINT ->
                Caps.word(CapType.ENDPOINT, 0, 0, Caps.SEND | Caps.RECEIVE | Caps.GRANT | Caps.GRANT_REPLY, object);
            case ObjectType.NOTIFICATION -> Caps.word(CapType.NOTIFICATION, 0, 0, Caps.SEND | Caps.RECEIVE, object);
            case ObjectType.CNODE -> Caps.word(CapType.CNODE, (int) size, 0, 0, object);
            case ObjectType.PAGE -> Caps.word(CapType.FRAME, 0, VmRights.READ_WRITE, deviceFlag, object);
            case ObjectType.LARGE_PAGE -> Caps.word(CapType.FRAME, 1, VmRights.READ_WRITE, deviceFlag, object);
            case ObjectType.HUGE_PAGE -> Caps.word(CapType.FRAME, 2, VmRights.READ_WRITE, deviceFlag, object);
            case ObjectType.PAGE_TABLE -> Caps.word(CapType.PAGE_TABLE, 0, 0, 0, object);
            case ObjectType.PAGE_DIRECTORY -> Caps.word(CapType.PAGE_DIRECTORY, 0, 0, 0, object);
            case ObjectType.PDPT -> Caps.word(CapType.PDPT, 0, 0, 0, object);
            case ObjectType.PML4 -> Caps.word(CapType.PML4, 0, 0, 0, object);
            default -> throw new IllegalStateException("Objects of type " + kind + " do not exist.");
        };
    }
}
