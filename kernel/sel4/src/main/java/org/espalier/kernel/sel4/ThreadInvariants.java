package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.Register;

/**
 * Each TCB says of itself only what can be: its state, priorities and time slice are within bounds, its slots hold what they are for,
 * the reply capabilities to it are in order, and its registers are those of a program, in the one place where they are. A reply
 * capability exists once at most, comes next to the master in the TCB, and only while the thread waits for a reply.
 */
final class ThreadInvariants {
    /** Those of which the processor does not take every value. */
    private static final Register[] BASES = {Register.FS_BASE, Register.GS_BASE};

    private final ObjectMemory memory;
    private final Threads threads;
    private final Contexts contexts;
    private final int domains;
    private final Census census;

    ThreadInvariants(ObjectMemory memory, Threads threads, Contexts contexts, int domains, Census census) {
        this.memory = memory;
        this.threads = threads;
        this.contexts = contexts;
        this.domains = domains;
        this.census = census;
    }

    void check() {
        for (int i = 0; i < census.tcbs().size(); i++) {
            int tcb = census.tcbs().key(i);
            bound(tcb, "state", TcbLayout.STATE, 0, ThreadState.BLOCKED_ON_NOTIFICATION);
            bound(tcb, "priority", TcbLayout.PRIORITY, 0, Scheduler.PRIORITIES - 1);
            bound(tcb, "maximum controlled priority", TcbLayout.MCP, 0, Scheduler.PRIORITIES - 1);
            bound(tcb, "domain", TcbLayout.DOMAIN, 0, domains - 1);
            bound(tcb, "time slice", TcbLayout.TIME_SLICE, 1, Threads.TIME_SLICE_TICKS);
            checkSlots(tcb);
            checkContext(tcb);
        }
        for (int i = 0; i < census.slots().size(); i++) {
            int slot = census.slots().key(i);
            if (memory.type(slot) == CapType.REPLY) {
                checkReply(slot);
            }
        }
        for (int i = 0; i < contexts.count(); i++) {
            checkOwner(i);
        }
    }

    private void bound(int tcb, String what, int offset, long least, long most) {
        long value = threads.get(tcb, offset);
        if (value < least || value > most) {
            throw new InvariantViolation("%s has %s %s, which is not in %s to %s."
                    .formatted(InvariantViolation.tcb(tcb), what, value, least, most));
        }
    }

    private void checkSlots(int tcb) {
        checkSlot(tcb, TcbLayout.CSPACE, CapType.CNODE, CapType.ZOMBIE);
        checkSlot(tcb, TcbLayout.VSPACE, CapType.PML4, CapType.PML4);
        checkSlot(tcb, TcbLayout.REPLY, CapType.REPLY, CapType.REPLY);
        checkSlot(tcb, TcbLayout.CALLER, CapType.REPLY, CapType.REPLY);
        checkSlot(tcb, TcbLayout.BUFFER, CapType.FRAME, CapType.FRAME);
        long master = memory.w0(TcbLayout.slot(tcb, TcbLayout.REPLY));
        if (Caps.type(master) == CapType.NULL) {
            if (threads.state(tcb) != ThreadState.INACTIVE) {
                throw new InvariantViolation(
                        "%s is %s without a master reply capability: only inactive threads lack it."
                                .formatted(InvariantViolation.tcb(tcb), ThreadState.name(threads.state(tcb))));
            }
        } else if (!Caps.has(master, Caps.MASTER) || Caps.tcb(master) != tcb) {
            throw new InvariantViolation("The reply slot of %s holds something else than its master reply capability."
                    .formatted(InvariantViolation.tcb(tcb)));
        }
        if (Caps.has(memory.w0(TcbLayout.slot(tcb, TcbLayout.CALLER)), Caps.MASTER)) {
            throw new InvariantViolation(
                    "The caller slot of %s holds a master reply capability.".formatted(InvariantViolation.tcb(tcb)));
        }
    }

    private void checkSlot(int tcb, int number, int type, int other) {
        int found = memory.type(TcbLayout.slot(tcb, number));
        if (found != CapType.NULL && found != type && found != other) {
            throw new InvariantViolation("Slot %s of %s holds a %s capability: it is for %s."
                    .formatted(number, InvariantViolation.tcb(tcb), CapType.name(found), CapType.name(type)));
        }
    }

    private void checkReply(int slot) {
        long w0 = memory.w0(slot);
        int tcb = Caps.tcb(w0);
        int master = TcbLayout.slot(tcb, TcbLayout.REPLY);
        if (Caps.has(w0, Caps.MASTER)) {
            if (slot != master) {
                throw new InvariantViolation("The master reply capability of %s is in %s, and not in that TCB."
                        .formatted(InvariantViolation.tcb(tcb), InvariantViolation.slot(slot)));
            }
            return;
        }
        if (memory.prev(slot) != master) {
            throw new InvariantViolation(
                    "The reply capability in %s does not come next to the master of %s: there is one at most."
                            .formatted(InvariantViolation.slot(slot), InvariantViolation.tcb(tcb)));
        }
        if (!census.tcbs().contains(tcb) || threads.state(tcb) != ThreadState.BLOCKED_ON_REPLY) {
            throw new InvariantViolation("The reply capability in %s is to %s, which is %s and waits for no reply."
                    .formatted(
                            InvariantViolation.slot(slot),
                            InvariantViolation.tcb(tcb),
                            ThreadState.name(threads.state(tcb))));
        }
    }

    private void checkContext(int tcb) {
        long context = threads.get(tcb, TcbLayout.CONTEXT);
        if (context < 0 || context > contexts.count() || (context > 0 && contexts.owner((int) context - 1) != tcb)) {
            throw new InvariantViolation("%s says that its registers are in context %s, which is not its own."
                    .formatted(InvariantViolation.tcb(tcb), context - 1));
        }
        for (Register register : BASES) {
            long value = threads.register(tcb, register);
            if (Contexts.sanitise(register, value) != value) {
                throw new InvariantViolation("%s of %s holds %s, which no program may have."
                        .formatted(register, InvariantViolation.tcb(tcb), InvariantViolation.at(value)));
            }
        }
    }

    private void checkOwner(int context) {
        int owner = contexts.owner(context);
        if (owner == Threads.NONE) {
            return;
        }
        if (!census.tcbs().contains(owner)) {
            throw new InvariantViolation("Context %s belongs to %s, to which there is no capability."
                    .formatted(context, InvariantViolation.tcb(owner)));
        }
        if (threads.get(owner, TcbLayout.CONTEXT) != context + 1) {
            throw new InvariantViolation("Context %s belongs to %s, which does not know it."
                    .formatted(context, InvariantViolation.tcb(owner)));
        }
    }
}
