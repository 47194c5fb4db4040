package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * Operations on frames, paging structures and address-space identifiers (seL4 manual, chapter 7). The order of the checks is seL4's
 * for x86-64.
 */
final class VSpaceInvocations {
    private final ObjectMemory memory;
    private final SlotTable slots;
    private final CapSpaces spaces;
    private final VSpaces vspaces;
    private final LookupFailure failure;
    private final SyscallError error;

    /** The table of level 4 that {@link #decodeRoot} found, and its identifier. */
    private long root;

    private int asid;

    VSpaceInvocations(
            ObjectMemory memory,
            SlotTable slots,
            CapSpaces spaces,
            VSpaces vspaces,
            LookupFailure failure,
            SyscallError error) {
        this.memory = memory;
        this.slots = slots;
        this.spaces = spaces;
        this.vspaces = vspaces;
        this.failure = failure;
        this.error = error;
    }

    int invoke(Request request) {
        return switch (Caps.type(request.w0())) {
            case CapType.FRAME -> frame(request);
            case CapType.PAGE_TABLE ->
                table(request, Invocation.PAGE_TABLE_MAP, Invocation.PAGE_TABLE_UNMAP, VSpaces.DIRECTORY_SHIFT);
            case CapType.PAGE_DIRECTORY ->
                table(request, Invocation.PAGE_DIRECTORY_MAP, Invocation.PAGE_DIRECTORY_UNMAP, VSpaces.PDPT_SHIFT);
            case CapType.PDPT -> table(request, Invocation.PDPT_MAP, Invocation.PDPT_UNMAP, VSpaces.PML4_SHIFT);
            case CapType.ASID_CONTROL -> makePool(request);
            case CapType.ASID_POOL -> assign(request);
            default -> error.illegalOperation();
        };
    }

    // ---- frames

    private int frame(Request request) {
        return switch (request.operation()) {
            case PAGE_MAP -> map(request);
            case PAGE_UNMAP -> {
                request.begin();
                unmap(request);
                yield Status.DONE;
            }
            case PAGE_GET_ADDRESS -> {
                request.begin();
                request.answer(Caps.object(request.w0()));
                yield Status.DONE;
            }
            default -> error.illegalOperation();
        };
    }

    private int map(Request request) {
        if (!request.has(3, 1)) {
            return error.truncated();
        }
        long address = request.word(0);
        long w0 = request.w0();
        long w1 = request.w1();
        int shift = Caps.frameBits(Caps.a(w0));
        long space0 = memory.w0(request.cap(0));
        if (Caps.type(space0) != CapType.PML4 || !Caps.has(space0, Caps.MAPPED)) {
            return error.invalidCapability(1);
        }
        if (Caps.has(w0, Caps.MAPPED)) {
            if (Caps.asid(w1) != Caps.asid(memory.w1(request.cap(0)))) {
                return error.invalidCapability(1);
            }
            if (Caps.address(w1) != address) {
                return error.invalidArgument(0);
            }
        } else if (Long.compareUnsigned(address, VSpaces.USER_TOP) > 0
                || Long.compareUnsigned(address + (1L << shift), VSpaces.USER_TOP) > 0) {
            return error.invalidArgument(0);
        }
        int status = decodeRoot(request.cap(0));
        if (status != Status.DONE) {
            return status;
        }
        int rights = VmRights.mask(Caps.b(w0), request.word(1));
        if ((address & (1L << shift) - 1) != 0) {
            return error.alignment();
        }
        long entry = vspaces.entry(root, address, shift);
        if (entry == 0) {
            return error.failedLookup(false);
        }
        if (shift != VSpaces.PAGE_SHIFT && vspaces.isTable(entry)) {
            return error.deleteFirst();
        }
        request.begin();
        memory.setCap(request.slot(), Caps.withC(w0, Caps.c(w0) | Caps.MAPPED), Caps.mapping(asid, address));
        boolean data = (request.word(2) & VmRights.EXECUTE_NEVER) != 0;
        vspaces.putPage(root, entry, Caps.object(w0), rights, data, address, shift);
        return Status.DONE;
    }

    private void unmap(Request request) {
        long w0 = request.w0();
        if (Caps.has(w0, Caps.MAPPED)) {
            vspaces.unmapPage(
                    Caps.asid(request.w1()), Caps.address(request.w1()), Caps.object(w0), Caps.frameBits(Caps.a(w0)));
            memory.setCap(request.slot(), Caps.withC(w0, Caps.c(w0) & ~Caps.MAPPED), 0);
        }
    }

    // ---- paging structures

    /** {@code shift} is that of the entry that leads to the table. */
    private int table(Request request, Invocation map, Invocation unmap, int shift) {
        if (request.operation() == unmap) {
            if (!slots.tree().isFinal(request.slot())) {
                return error.revokeFirst();
            }
            request.begin();
            unmapTable(request, shift);
            return Status.DONE;
        }
        if (request.operation() != map) {
            return error.illegalOperation();
        }
        if (!request.has(2, 1)) {
            return error.truncated();
        }
        long w0 = request.w0();
        if (Caps.has(w0, Caps.MAPPED)) {
            return error.invalidCapability(0);
        }
        long address = request.word(0) & -1L << shift;
        long space0 = memory.w0(request.cap(0));
        if (Caps.type(space0) != CapType.PML4 || !Caps.has(space0, Caps.MAPPED)) {
            return error.invalidCapability(1);
        }
        if (Long.compareUnsigned(address, VSpaces.USER_TOP) > 0) {
            return error.invalidArgument(0);
        }
        int status = decodeRoot(request.cap(0));
        if (status != Status.DONE) {
            return status;
        }
        long entry = vspaces.entry(root, address, shift);
        if (entry == 0) {
            return error.failedLookup(false);
        }
        if (vspaces.isPresent(entry)) {
            return error.deleteFirst();
        }
        request.begin();
        memory.setCap(request.slot(), Caps.withC(w0, Caps.c(w0) | Caps.MAPPED), Caps.mapping(asid, address));
        vspaces.putTable(root, entry, Caps.object(w0), address, shift);
        return Status.DONE;
    }

    private void unmapTable(Request request, int shift) {
        long w0 = request.w0();
        long w1 = request.w1();
        if (Caps.has(w0, Caps.MAPPED)) {
            vspaces.unmapTable(Caps.asid(w1), Caps.address(w1), Caps.object(w0), shift);
            for (long at = Caps.object(w0); at < Caps.object(w0) + (1L << ObjectType.PAGE_BITS); at += Long.BYTES) {
                memory.setWord(at, 0);
            }
            memory.setCap(request.slot(), Caps.withC(w0, Caps.c(w0) & ~Caps.MAPPED), 0);
        }
    }

    /** Finds the space of a capability to a table of level 4 that has an identifier. */
    private int decodeRoot(int slot) {
        asid = Caps.asid(memory.w1(slot));
        root = vspaces.find(asid);
        if (root == 0) {
            return error.failedLookup(false);
        }
        return root == Caps.object(memory.w0(slot)) ? Status.DONE : error.invalidCapability(1);
    }

    // ---- identifiers

    private int makePool(Request request) {
        if (request.operation() != Invocation.ASID_CONTROL_MAKE_POOL) {
            return error.illegalOperation();
        }
        if (!request.has(2, 2)) {
            return error.truncated();
        }
        int index = 0;
        while (index < VSpaces.POOLS && vspaces.pool(index) != 0) {
            index++;
        }
        if (index == VSpaces.POOLS) {
            return error.deleteFirst();
        }
        int untyped = request.cap(0);
        long untyped0 = memory.w0(untyped);
        if (Caps.type(untyped0) != CapType.UNTYPED
                || Caps.a(untyped0) != ObjectType.PAGE_BITS
                || Caps.has(untyped0, Caps.DEVICE)) {
            return error.invalidCapability(1);
        }
        if (slots.tree().hasChild(untyped)) {
            return error.revokeFirst();
        }
        int status = spaces.findExactly(request.cap(1), request.word(0), request.word(1), false, error);
        if (status != Status.DONE) {
            return status;
        }
        int slot = spaces.slot();
        status = slots.ensureEmpty(slot, error);
        if (status != Status.DONE) {
            return status;
        }
        request.begin();
        long pool = Caps.object(untyped0);
        for (long at = pool; at < pool + (1L << ObjectType.PAGE_BITS); at += Long.BYTES) {
            memory.setWord(at, 0);
        }
        memory.setCap(untyped, untyped0, 1L << ObjectType.PAGE_BITS);
        slots.insert(Caps.word(CapType.ASID_POOL, 0, 0, 0, pool), (long) index << VSpaces.POOL_BITS, untyped, slot);
        vspaces.pool(index, pool);
        return Status.DONE;
    }

    private int assign(Request request) {
        if (request.operation() != Invocation.ASID_POOL_ASSIGN) {
            return error.illegalOperation();
        }
        if (!request.has(0, 1)) {
            return error.truncated();
        }
        int slot = request.cap(0);
        long space0 = memory.w0(slot);
        if (Caps.type(space0) != CapType.PML4 || Caps.has(space0, Caps.MAPPED)) {
            return error.invalidCapability(1);
        }
        int first = (int) request.w1();
        long pool = vspaces.pool(first >>> VSpaces.POOL_BITS);
        if (pool == 0) {
            failure.invalidRoot();
            return error.failedLookup(false);
        }
        if (pool != Caps.object(request.w0())) {
            return error.invalidCapability(0);
        }
        int free = first;
        int end = first + (1 << VSpaces.POOL_BITS);
        while (free < end && !vspaces.isFree(pool, free)) {
            free++;
        }
        if (free == end) {
            return error.deleteFirst();
        }
        request.begin();
        vspaces.assign(pool, free, Caps.object(space0));
        memory.setCap(slot, Caps.withC(space0, Caps.c(space0) | Caps.MAPPED), Caps.mapping(free, 0));
        return Status.DONE;
    }
}
