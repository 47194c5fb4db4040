package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * Deletes and revokes capabilities (seL4 manual, 3.2). The last capability of an object takes the object with it. One to a CNode or
 * TCB becomes a <em>zombie</em> that names the slots which are still to be emptied, last one first, so that the work can stop
 * between any two of them and needs no memory. A zombie within its own slots is moved to where its deletion began.
 */
final class Deletion {
    private final ObjectMemory memory;
    private final Contexts contexts;
    private final HostedThreads hosted;
    private final SlotTable slots;
    private final Endpoints endpoints;
    private final Ipc ipc;
    private final VSpaces vspaces;
    private final Interrupts interrupts;
    private final IoPorts ports;
    private final PreemptionPoint preemption;

    Deletion(
            ObjectMemory memory,
            Contexts contexts,
            HostedThreads hosted,
            SlotTable slots,
            Endpoints endpoints,
            Ipc ipc,
            VSpaces vspaces,
            Interrupts interrupts,
            IoPorts ports,
            PreemptionPoint preemption) {
        this.memory = memory;
        this.contexts = contexts;
        this.hosted = hosted;
        this.slots = slots;
        this.endpoints = endpoints;
        this.ipc = ipc;
        this.vspaces = vspaces;
        this.interrupts = interrupts;
        this.ports = ports;
        this.preemption = preemption;
    }

    /** Deletes everything that was derived from a slot's capability. */
    int revoke(int slot) {
        while (slots.tree().hasChild(slot)) {
            int status = delete(memory.next(slot), true);
            if (status == Status.DONE) {
                status = preemption.check();
            }
            if (status != Status.DONE) {
                return status;
            }
        }
        return Status.DONE;
    }

    /** Deletes a slot's capability. */
    int delete(int slot) {
        return delete(slot, true);
    }

    /** Whether deleting a slot's capability may take long, so that it cannot be part of another operation. */
    boolean isLong(int slot) {
        int type = memory.type(slot);
        return (type == CapType.THREAD || type == CapType.ZOMBIE || type == CapType.CNODE)
                && slots.tree().isFinal(slot);
    }

    /**
     * Deletes a slot's capability; one that is a slot of a zombie ({@code exposed} false) may be left as a zombie that names
     * itself, for the caller to deal with.
     */
    private int delete(int slot, boolean exposed) {
        while (!slots.isEmpty(slot)) {
            long w0 = memory.w0(slot);
            long w1 = memory.w1(slot);
            boolean last = slots.tree().isFinal(slot);
            if (!finalise(w0, w1, last, slot) || isEmptyZombie(slot)) {
                slots.empty(slot);
                if (last) {
                    afterDeletion(w0, w1);
                }
                return Status.DONE;
            }
            if (!exposed && Caps.firstSlot(memory.w0(slot)) == slot) {
                return Status.DONE;
            }
            int status = reduce(slot, exposed);
            if (status == Status.DONE) {
                status = preemption.check();
            }
            if (status != Status.DONE) {
                return status;
            }
        }
        return Status.DONE;
    }

    /** Does what the end of a capability means; true if a zombie is left in the slot. */
    private boolean finalise(long w0, long w1, boolean last, int slot) {
        int type = Caps.type(w0);
        long object = Caps.object(w0);
        if (type == CapType.ZOMBIE) {
            return true;
        }
        if (type == CapType.FRAME) {
            if (Caps.has(w0, Caps.MAPPED)) {
                vspaces.unmapPage(Caps.asid(w1), Caps.address(w1), object, Caps.frameBits(Caps.a(w0)));
            }
            return false;
        }
        if (!last) {
            return false;
        }
        switch (type) {
            case CapType.ENDPOINT -> endpoints.restartAll(object);
            case CapType.NOTIFICATION -> {
                int bound = endpoints.bound(object);
                if (bound != Threads.NONE) {
                    endpoints.unbind(bound);
                }
                endpoints.restartAll(object);
            }
            case CapType.CNODE -> {
                memory.setCap(slot, Caps.word(CapType.ZOMBIE, Caps.a(w0), 0, 0, object), 1L << Caps.a(w0));
                return true;
            }
            case CapType.THREAD -> {
                int tcb = Caps.tcb(w0);
                endpoints.unbind(tcb);
                ipc.suspend(tcb);
                contexts.release(tcb);
                hosted.release(tcb);
                memory.setCap(slot, Caps.word(CapType.ZOMBIE, Caps.ZOMBIE_TCB, 0, 0, object), TcbLayout.SLOTS);
                return true;
            }
            case CapType.IRQ_HANDLER -> deleteNow(interrupts.slot((int) w1));
            case CapType.PAGE_TABLE -> unmapTable(w0, w1, VSpaces.DIRECTORY_SHIFT);
            case CapType.PAGE_DIRECTORY -> unmapTable(w0, w1, VSpaces.PDPT_SHIFT);
            case CapType.PDPT -> unmapTable(w0, w1, VSpaces.PML4_SHIFT);
            case CapType.PML4 -> {
                if (Caps.has(w0, Caps.MAPPED)) {
                    vspaces.delete(Caps.asid(w1), object);
                }
            }
            case CapType.ASID_POOL -> vspaces.deletePool((int) w1, object);
            default -> {
                // Nothing but the capability ends.
            }
        }
        return false;
    }

    private void unmapTable(long w0, long w1, int shift) {
        if (Caps.has(w0, Caps.MAPPED)) {
            vspaces.unmapTable(Caps.asid(w1), Caps.address(w1), Caps.object(w0), shift);
        }
    }

    /** What can be given out again only when the capability is gone. */
    private void afterDeletion(long w0, long w1) {
        switch (Caps.type(w0)) {
            case CapType.IRQ_HANDLER -> interrupts.deactivate((int) w1);
            case CapType.IO_PORT -> ports.takeBack(Caps.firstPort(w1), Caps.lastPort(w1));
            default -> {
                // Memory is given out again by its untyped capability.
            }
        }
    }

    /** Deletes a capability whose deletion never leaves a zombie: to a notification, say. */
    void deleteNow(int slot) {
        if (!slots.isEmpty(slot)) {
            boolean last = slots.tree().isFinal(slot);
            if (finalise(memory.w0(slot), memory.w1(slot), last, slot)) {
                throw new IllegalStateException("Slot " + slot + " held a capability that cannot be deleted at once.");
            }
            slots.empty(slot);
        }
    }

    /** Whether a slot's zombie has no more slots to empty, but perhaps its own. */
    private boolean isEmptyZombie(int slot) {
        long count = memory.w1(slot);
        return count == 0 || (count == 1 && Caps.firstSlot(memory.w0(slot)) == slot);
    }

    /** Takes one step to the end of the zombie in a slot. */
    private int reduce(int slot, boolean exposed) {
        long w0 = memory.w0(slot);
        long count = memory.w1(slot);
        int first = Caps.firstSlot(w0);
        if (!exposed) {
            // The slot belongs to another zombie: its contents change places with the first slot of this one, so that
            // this
            // zombie names itself, and its slots wait for the zombie that they are all in to be deleted.
            slots.swap(memory.w0(first), memory.w1(first), first, w0, count, slot);
            return Status.DONE;
        }
        int status = delete(first + (int) count - 1, false);
        if (status != Status.DONE) {
            return status;
        }
        if (memory.w0(slot) == w0 && memory.w1(slot) == count) {
            memory.setCap(slot, w0, count - 1);
        }
        // Else the slots of this zombie have become those of the one that was among them, and this is that one now.
        return Status.DONE;
    }
}
