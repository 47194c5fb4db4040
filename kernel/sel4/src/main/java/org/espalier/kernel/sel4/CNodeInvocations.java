package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;

/** Operations on CNodes: they copy, move and delete capabilities (seL4 manual, 3.1 and 3.2). The order of the checks is seL4's. */
final class CNodeInvocations {
    private final ObjectMemory memory;
    private final SlotTable slots;
    private final CapSpaces spaces;
    private final CapRules rules;
    private final LookupFailure failure;
    private final SyscallError error;
    private final Endpoints endpoints;
    private final Deletion deletion;

    CNodeInvocations(
            ObjectMemory memory,
            SlotTable slots,
            CapSpaces spaces,
            CapRules rules,
            LookupFailure failure,
            SyscallError error,
            Endpoints endpoints,
            Deletion deletion) {
        this.memory = memory;
        this.slots = slots;
        this.spaces = spaces;
        this.rules = rules;
        this.failure = failure;
        this.error = error;
        this.endpoints = endpoints;
        this.deletion = deletion;
    }

    int invoke(Request request) {
        Invocation operation = request.operation();
        if (operation.compareTo(Invocation.CNODE_REVOKE) < 0 || operation.compareTo(Invocation.CNODE_SAVE_CALLER) > 0) {
            return error.illegalOperation();
        }
        if (!request.has(2, 0)) {
            return error.truncated();
        }
        int status = spaces.findExactly(request.slot(), request.word(0), request.word(1), false, error);
        if (status != Status.DONE) {
            return status;
        }
        int slot = spaces.slot();
        return switch (operation) {
            case CNODE_REVOKE -> {
                request.begin();
                yield deletion.revoke(slot);
            }
            case CNODE_DELETE -> {
                request.begin();
                yield deletion.delete(slot);
            }
            case CNODE_CANCEL_BADGED_SENDS -> cancelBadgedSends(request, slot);
            case CNODE_ROTATE -> rotate(request, slot);
            case CNODE_SAVE_CALLER -> saveCaller(request, slot);
            default -> transfer(request, slot);
        };
    }

    /** Copy, Mint, Move and Mutate. */
    private int transfer(Request request, int target) {
        if (!request.has(4, 1)) {
            return error.truncated();
        }
        int status = slots.ensureEmpty(target, error);
        if (status != Status.DONE) {
            return status;
        }
        long depth = request.word(3);
        status = spaces.findExactly(request.cap(0), request.word(2), depth, true, error);
        if (status != Status.DONE) {
            return status;
        }
        int source = spaces.slot();
        if (slots.isEmpty(source)) {
            failure.missingCapability(depth);
            return error.failedLookup(true);
        }
        rules.set(memory.w0(source), memory.w1(source));
        Invocation operation = request.operation();
        boolean moves = operation == Invocation.CNODE_MOVE || operation == Invocation.CNODE_MUTATE;
        int words = switch (operation) {
            case CNODE_MOVE -> 4;
            case CNODE_MINT -> 6;
            default -> 5;
        };
        if (!request.has(words, 0)) {
            return error.truncated();
        }
        if (!moves) {
            rules.mask(request.word(4));
        }
        if (operation == Invocation.CNODE_MINT) {
            rules.update(false, request.word(5));
        } else if (operation == Invocation.CNODE_MUTATE) {
            rules.update(true, request.word(4));
        }
        if (!moves) {
            status = rules.derive(source, slots, error);
            if (status != Status.DONE) {
                return status;
            }
        }
        if (rules.isNull()) {
            return error.illegalOperation();
        }
        request.begin();
        if (moves) {
            slots.move(rules.w0(), rules.w1(), source, target);
        } else {
            slots.insert(rules.w0(), rules.w1(), source, target);
        }
        return Status.DONE;
    }

    private int cancelBadgedSends(Request request, int slot) {
        long w0 = memory.w0(slot);
        int all = Caps.SEND | Caps.RECEIVE | Caps.GRANT | Caps.GRANT_REPLY;
        if (Caps.type(w0) != CapType.ENDPOINT || !Caps.has(w0, all)) {
            return error.illegalOperation();
        }
        request.begin();
        if (memory.w1(slot) != 0) {
            endpoints.restartSenders(Caps.object(w0), memory.w1(slot));
        }
        return Status.DONE;
    }

    private int saveCaller(Request request, int target) {
        int status = slots.ensureEmpty(target, error);
        if (status != Status.DONE) {
            return status;
        }
        request.begin();
        int caller = TcbLayout.slot(request.thread(), TcbLayout.CALLER);
        if (!slots.isEmpty(caller)) {
            slots.move(memory.w0(caller), memory.w1(caller), caller, target);
        }
        return Status.DONE;
    }

    private int rotate(Request request, int target) {
        if (!request.has(8, 2)) {
            return error.truncated();
        }
        long pivotDepth = request.word(4);
        long sourceDepth = request.word(7);
        int status = spaces.findExactly(request.cap(1), request.word(6), sourceDepth, true, error);
        if (status != Status.DONE) {
            return status;
        }
        int source = spaces.slot();
        status = spaces.findExactly(request.cap(0), request.word(3), pivotDepth, true, error);
        if (status != Status.DONE) {
            return status;
        }
        int pivot = spaces.slot();
        if (pivot == source || pivot == target) {
            return error.illegalOperation();
        }
        if (source != target) {
            status = slots.ensureEmpty(target, error);
            if (status != Status.DONE) {
                return status;
            }
        }
        if (slots.isEmpty(source)) {
            failure.missingCapability(sourceDepth);
            return error.failedLookup(true);
        }
        if (slots.isEmpty(pivot)) {
            failure.missingCapability(pivotDepth);
            return error.failedLookup(false);
        }
        rules.set(memory.w0(source), memory.w1(source));
        rules.update(true, request.word(5));
        long source0 = rules.w0();
        long source1 = rules.w1();
        rules.set(memory.w0(pivot), memory.w1(pivot));
        rules.update(true, request.word(2));
        if (rules.isNull() || Caps.type(source0) == CapType.NULL) {
            return error.illegalOperation();
        }
        request.begin();
        if (source == target) {
            slots.swap(source0, source1, source, rules.w0(), rules.w1(), pivot);
        } else {
            slots.move(rules.w0(), rules.w1(), pivot, target);
            slots.move(source0, source1, source, pivot);
        }
        return Status.DONE;
    }
}
