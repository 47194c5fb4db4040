package org.espalier.kernel.sel4.core;

import org.espalier.base.Failure;
import org.espalier.kernel.hw.Fabric.Exhausted;
import org.espalier.kernel.hw.NativeHost;
import org.espalier.kernel.ring3.FaultText;
import org.espalier.kernel.ring3.Outcome;
import org.espalier.kernel.sel4.HostMessage;
import org.espalier.kernel.sel4.HostThread;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.kernel.sel4.core.CoreObjects.Made;
import org.espalier.machine.Access;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a native component: a TCB that runs in ring 3, an endpoint to which it sends what it asks for, and to which the kernel sends its
 * faults, and a TCB of the host that receives there. The one in ring 3 has a capability space of its own, with two capabilities to
 * that endpoint: what the component has else is the domain's, and is named in what it asks.
 *
 * <p>A call is a message of four words at most, in registers: its label is the operation, what an operation takes beyond that shares a word.
 */
final class Ring3Seat implements NativeHost.Ring3Thread {
    /** Slots of its space, by number; {@code native/sel4/image.c} has the first. */
    private static final int CALLS = 1;

    private static final int FAULTS = 2;
    private static final int NODE_RADIX = 2;
    private static final int BITS_BEFORE = Long.SIZE - NODE_RADIX;

    /** Of the thread that receives: its TCB, and its share of the slots for endpoints. */
    private static final long SERVANT_BYTES = (1L << ObjectType.bits(ObjectType.TCB, 0)) + 512;

    private static final int WORDS = 4;
    private static final int ATTACH = 9;
    private static final long LOW = 0xffff_ffffL;

    // Labels of messages about faults (libsel4, seL4_Fault_tag), and bits of the status of a page fault.
    private static final int CAP_FAULT = 1;
    private static final int UNKNOWN_SYSCALL = 2;
    private static final int USER_EXCEPTION = 3;
    private static final int VM_FAULT = 5;
    private static final long PRESENT = 1;
    private static final long WRITE = 2;

    /** An instruction takes 15 bytes at most, so its own bytes are no further. */
    private static final int MOST_INSTRUCTION_BYTES = 15;

    private static final int MACHINE_CHECK = 18;
    private static final Outcome ENDED = new Outcome.Ended();

    private final Ring3Domain owner;
    private final Sel4Space space;
    private final RootTask root;
    private final Made tcb;
    private final Made endpoint;
    private final Made node;
    private final Sel4Seat servant;
    private final int number;
    private final HostMessage words = new HostMessage();
    private long spent;
    private boolean ended;

    private Ring3Seat(Ring3Domain owner, Made tcb, Made endpoint, Made node, Sel4Seat servant, int number) {
        this.owner = owner;
        this.space = owner.space();
        this.root = space.root();
        this.tcb = tcb;
        this.endpoint = endpoint;
        this.node = node;
        this.servant = servant;
        this.number = number;
    }

    /** A thread that begins at {@code entry}, with {@code stack} as RSP and {@code argument} in RDI; {@code null} if it cannot be paid. */
    static @Nullable Ring3Seat make(Ring3Domain owner, Made top, long entry, long stack, long argument) {
        Purse purse = owner.purse();
        Made tcb = purse.make(ObjectType.TCB, 0);
        Made endpoint = tcb == null ? null : purse.make(ObjectType.ENDPOINT, 0);
        Made node = endpoint == null ? null : purse.make(ObjectType.CNODE, NODE_RADIX);
        if (tcb != null && endpoint != null && node != null && purse.pay(SERVANT_BYTES)) {
            Ring3Seat made = assemble(owner, tcb, endpoint, node, top, entry, stack, argument);
            if (made != null) {
                return made;
            }
            purse.refund(SERVANT_BYTES);
        }
        for (Made each : new @Nullable Made[] {tcb, endpoint, node}) {
            if (each != null) {
                purse.unmake(each);
            }
        }
        return null;
    }

    private static @Nullable Ring3Seat assemble(
            Ring3Domain owner, Made tcb, Made endpoint, Made node, Made top, long entry, long stack, long argument) {
        Sel4Space space = owner.space();
        RootTask root = space.root();
        synchronized (root) {
            if (space.isClosed()) {
                return null;
            }
            Sel4Seat servant = null;
            try {
                servant = space.newServant("ring 3");
                Ring3Seat made = new Ring3Seat(owner, tcb, endpoint, node, servant, space.addReceiving(endpoint));
                long rights = RootTask.WRITE | RootTask.GRANT_REPLY;
                root.mint(node.slot, CALLS, NODE_RADIX, endpoint.slot, rights, CALLS);
                root.mint(node.slot, FAULTS, NODE_RADIX, endpoint.slot, rights, FAULTS);
                root.configure(tcb.slot, FAULTS, node.slot, BITS_BEFORE, top.slot);
                root.begin(tcb.slot, entry, stack, argument);
                owner.fabric().machine().name(tcb.slot, space.name() + ": ring 3");
                space.addRing3(tcb);
                return made;
            } catch (Exhausted e) {
                if (servant != null) {
                    servant.end();
                }
                return null;
            }
        }
    }

    @Override
    public Outcome begin() {
        owner.domain().rest();
        synchronized (root) {
            if (ended || space.isClosed()) {
                return ENDED;
            }
            root.resume(tcb.slot);
        }
        return outcome(servant.thread().receive(address(), words.begin(0, 0)));
    }

    @Override
    public Outcome resume(long answer) {
        owner.domain().rest();
        words.begin(0, 1).word(0, answer);
        return outcome(servant.thread().replyAndReceive(address(), words));
    }

    private long address() {
        return Sel4Space.receivingAddress(number);
    }

    /** What the thread wants, when what it does can be seen to without that anybody is told. */
    private Outcome outcome(HostThread.Outcome came) {
        HostThread.Outcome next = came;
        while (next == HostThread.Outcome.DONE) {
            if (words.badge() != FAULTS) {
                return asked();
            }
            String fault = fault();
            if (fault != null) {
                return new Outcome.Faulted(fault);
            }
            next = servant.thread().replyAndReceive(address(), words.begin(0, 0));
        }
        return ENDED;
    }

    private Outcome asked() {
        for (int i = words.length(); i < WORDS; i++) {
            words.word(i, 0);
        }
        long first = words.word(0);
        long second = words.word(1);
        long third = words.word(2);
        long fourth = words.word(3);
        return words.label() == ATTACH
                ? new Outcome.Asked(ATTACH, first & LOW, second, third, first >>> Integer.SIZE, fourth)
                : new Outcome.Asked(words.label(), first, second, third, fourth, 0);
    }

    /** What it has done that nobody can; {@code null} if it can go on. */
    private @Nullable String fault() {
        return switch ((int) words.label()) {
            case VM_FAULT -> pageFault(words.word(0), words.word(1), words.word(3));
            case USER_EXCEPTION ->
                words.word(3) == MACHINE_CHECK
                        ? "the host failed it, by the instruction at 0x" + Long.toHexString(words.word(0))
                        : FaultText.exception((int) words.word(3), words.word(0));
            case UNKNOWN_SYSCALL -> "it made the system call " + words.word(3) + ", which there is not";
            case CAP_FAULT ->
                "it made a system call with the capability 0x" + Long.toHexString(words.word(1))
                        + ", which there is not";
            default -> "it sent a message about a fault that it has not";
        };
    }

    private @Nullable String pageFault(long instruction, long address, long status) {
        boolean writes = (status & WRITE) != 0;
        boolean fetches = !writes && address >= instruction && address - instruction < MOST_INSTRUCTION_BYTES;
        if ((status & PRESENT) == 0 && !fetches) {
            switch (owner.resolve(address, writes, this)) {
                case DONE -> {
                    return null;
                }
                case POOR -> {
                    return "its RAM quota does not pay for the page tables of all that one instruction accesses, at 0x"
                            + Long.toHexString(address);
                }
                case NOTHING -> {
                    // As anywhere where nothing is mapped.
                }
            }
        }
        Access access = writes ? Access.WRITE : fetches ? Access.EXECUTE : Access.READ;
        return FaultText.pageFault(access, address, (status & PRESENT) != 0, instruction);
    }

    /** What it has in its registers, while it waits. */
    long[] registers() {
        synchronized (root) {
            return tcb.isEnded() ? new long[0] : root.registers(tcb.slot);
        }
    }

    /** Nanoseconds that it has run in ring 3. */
    long spent() {
        synchronized (root) {
            if (!tcb.isEnded()) {
                spent = owner.fabric().machine().ran(tcb.slot);
            }
            return spent;
        }
    }

    @Override
    public void end() {
        synchronized (root) {
            if (ended) {
                return;
            }
            ended = true;
        }
        long _ = spent();
        owner.forget(this);
        synchronized (root) {
            space.removeRing3(tcb);
        }
        owner.purse().unmake(tcb);
        owner.purse().unmake(endpoint);
        owner.purse().unmake(node);
        synchronized (root) {
            space.removeReceiving(number);
            servant.end();
        }
        owner.purse().refund(SERVANT_BYTES);
    }

    /** Why there is none where none was made. */
    static NativeHost.Making refused(boolean gone) {
        return new NativeHost.Making.Refused(gone ? Failure.GONE : Failure.OUT_OF_RAM);
    }
}
