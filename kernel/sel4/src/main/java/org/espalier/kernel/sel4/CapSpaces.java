package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.CapLookup;
import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * Finds slots by addresses in capability spaces (seL4 manual, 3.4). A slot that was found is in {@link #slot()} until the next
 * lookup; what went wrong is in the {@link LookupFailure}.
 */
final class CapSpaces {
    private final ObjectMemory memory;
    private final CapLookup lookup;
    private final LookupFailure failure;
    private int slot;

    CapSpaces(ObjectMemory memory, CapLookup lookup, LookupFailure failure) {
        this.memory = memory;
        this.lookup = lookup;
        this.failure = failure;
    }

    int slot() {
        return slot;
    }

    /** Finds a capability of a thread; bits that are left over at a slot without CNode do not matter. */
    int find(int tcb, long address) {
        int root = TcbLayout.slot(tcb, TcbLayout.CSPACE);
        int result = lookup.resolve(root, address, Long.SIZE);
        if (result != 0) {
            failed(result);
            return Status.LOOKUP_FAULT;
        }
        slot = lookup.slot();
        return Status.DONE;
    }

    /** Finds a slot for an operation on CNodes: exactly {@code depth} bits lead to it. */
    int findExactly(int root, long address, long depth, boolean source, SyscallError error) {
        if (memory.type(root) != CapType.CNODE) {
            failure.invalidRoot();
            return error.failedLookup(source);
        }
        if (depth < 1 || depth > Long.SIZE) {
            return error.range(1, Long.SIZE);
        }
        int result = lookup.resolve(root, address, (int) depth);
        if (result != 0) {
            failed(result);
            return error.failedLookup(source);
        }
        if (lookup.bitsLeft() != 0) {
            failure.depthMismatch(lookup.bitsLeft(), 0);
            return error.failedLookup(source);
        }
        slot = lookup.slot();
        return Status.DONE;
    }

    private void failed(int result) {
        switch (result) {
            case LookupFailure.DEPTH_MISMATCH -> failure.depthMismatch(lookup.bitsLeft(), lookup.bitsFound());
            case LookupFailure.GUARD_MISMATCH ->
                failure.set(result, lookup.bitsLeft(), lookup.guard(), lookup.guardBits());
            default -> failure.invalidRoot();
        }
    }
}
