package org.espalier.kernel.sel4.core;

import org.espalier.kernel.sel4.HostMessage;
import org.espalier.kernel.sel4.HostThread;
import org.espalier.kernel.sel4.HostedMachine;
import org.espalier.kernel.sel4.Invocation;
import org.espalier.kernel.sel4.ObjectType;

/**
 * The first thread of the machine, by which core makes invocations. Whatever thread of this program needs one makes it in its name, one
 * at a time: all of core's bookkeeping is guarded by this object's monitor, and so are the methods here.
 *
 * <p>Addresses of capabilities are those of the first thread's space: with a lower half of 0, of its root CNode.
 */
final class RootTask {
    /** Rights in a word, as {@code seL4_CapRights} has them. */
    static final long WRITE = 1;

    static final long READ = 2;
    static final long GRANT_REPLY = 8;
    static final long ALL = 15;

    private static final int NODE_BITS = HostedMachine.NODE_BITS;
    private static final int DEPTH = 2 * NODE_BITS;

    /** Registers from the first to the one that holds an argument, as {@code seL4_UserContext} has them. */
    private static final int BEGINNING = 9;

    /** All of {@code seL4_UserContext}. */
    private static final int REGISTERS = 20;

    private final HostThread thread;
    private final HostMessage message = new HostMessage();
    private final long[] caps = new long[3];

    RootTask(HostedMachine machine) {
        thread = machine.root();
    }

    /** Makes objects of untyped memory in slots in a row of one leaf; false if that memory is not enough. */
    boolean retype(long untyped, int type, int size, long first, int count) {
        caps[0] = HostedMachine.ROOT;
        message.begin(0, 6)
                .word(0, type)
                .word(1, size)
                .word(2, first >>> NODE_BITS)
                .word(3, NODE_BITS)
                .word(4, first & (1L << NODE_BITS) - 1)
                .word(5, count);
        return tried(untyped, Invocation.UNTYPED_RETYPE, 1) == 0;
    }

    /** Makes a CNode in a slot of the root CNode itself. */
    boolean retypeLeaf(long untyped, int slot) {
        caps[0] = HostedMachine.ROOT;
        message.begin(0, 6)
                .word(0, ObjectType.CNODE)
                .word(1, NODE_BITS)
                .word(2, 0)
                .word(3, 0)
                .word(4, slot)
                .word(5, 1);
        return tried(untyped, Invocation.UNTYPED_RETYPE, 1) == 0;
    }

    /** Puts a capability from a slot of core's into one of a CNode, with a badge or guard. */
    void mint(long node, long index, int depth, long source, long rights, long data) {
        caps[0] = HostedMachine.ROOT;
        message.begin(0, 6)
                .word(0, index)
                .word(1, depth)
                .word(2, source)
                .word(3, DEPTH)
                .word(4, rights)
                .word(5, data);
        invoke(node, Invocation.CNODE_MINT, 1);
    }

    /** Puts a capability from a slot of one CNode into one of another, as it is but for rights; false if there is none. */
    boolean copy(long node, long index, int depth, long fromNode, long fromIndex, int fromDepth, long rights) {
        caps[0] = fromNode;
        message.begin(0, 5)
                .word(0, index)
                .word(1, depth)
                .word(2, fromIndex)
                .word(3, fromDepth)
                .word(4, rights);
        return tried(node, Invocation.CNODE_COPY, 1) == 0;
    }

    /** Deletes the capability in a slot of a CNode, if there is one. */
    void delete(long node, long index, int depth) {
        message.begin(0, 2).word(0, index).word(1, depth);
        invoke(node, Invocation.CNODE_DELETE, 0);
    }

    /** Deletes all that was derived from the capability in a slot of a CNode. */
    void revoke(long node, long index, int depth) {
        message.begin(0, 2).word(0, index).word(1, depth);
        invoke(node, Invocation.CNODE_REVOKE, 0);
    }

    /** The same for one of core's. */
    void revoke(long cap) {
        if ((cap & (1L << NODE_BITS) - 1) == 0) {
            revoke(HostedMachine.ROOT, cap >>> NODE_BITS, NODE_BITS);
        } else {
            revoke(HostedMachine.ROOT, cap, DEPTH);
        }
    }

    /** Gives a thread its capability space, core's address space, which is empty, and its buffer. */
    void configure(long tcb, long node, long nodeData, long buffer) {
        caps[0] = node;
        caps[1] = HostedMachine.SPACE;
        caps[2] = buffer;
        message.begin(0, 4).word(0, 0).word(1, nodeData).word(2, 0).word(3, HostedMachine.BUFFER_ADDRESS);
        invoke(tcb, Invocation.TCB_CONFIGURE, 3);
    }

    /** Gives a thread that runs in ring 3 its spaces, and where its faults are told. It has no buffer: its messages are in registers. */
    void configure(long tcb, long faults, long node, long nodeData, long space) {
        caps[0] = node;
        caps[1] = space;
        caps[2] = node;
        message.begin(0, 4).word(0, faults).word(1, nodeData).word(2, 0).word(3, 0);
        invoke(tcb, Invocation.TCB_CONFIGURE, 3);
    }

    /** The same for one of the host. */
    void configure(long tcb, long node) {
        configure(tcb, 0, node, 0, HostedMachine.SPACE);
    }

    /** Says where a thread that has not run begins. */
    void begin(long tcb, long entry, long stack, long argument) {
        message.begin(0, 2 + BEGINNING);
        for (int i = 0; i < BEGINNING; i++) {
            message.word(2 + i, 0);
        }
        message.word(0, 0).word(1, BEGINNING).word(2, entry).word(3, stack).word(1 + BEGINNING, argument);
        invoke(tcb, Invocation.TCB_WRITE_REGISTERS, 0);
    }

    /** Registers of a thread that waits: those that {@link #REGISTERS} counts. */
    long[] registers(long tcb) {
        message.begin(0, 2).word(0, 0).word(1, REGISTERS);
        invoke(tcb, Invocation.TCB_READ_REGISTERS, 0);
        long[] all = new long[REGISTERS];
        for (int i = 0; i < REGISTERS; i++) {
            all[i] = message.word(i);
        }
        return all;
    }

    void resume(long tcb) {
        message.begin(0, 0);
        invoke(tcb, Invocation.TCB_RESUME, 0);
    }

    /** Gives an address space an identifier; false if none is left. */
    boolean assign(long space) {
        caps[0] = space;
        message.begin(0, 0);
        return tried(HostedMachine.POOL, Invocation.ASID_POOL_ASSIGN, 1) == 0;
    }

    /** Puts a paging structure to its place; {@code map} is the operation of its kind. */
    void mapTable(long table, Invocation map, long space, long address) {
        caps[0] = space;
        message.begin(0, 2).word(0, address).word(1, 0);
        invoke(table, map, 1);
    }

    /** Maps a frame, by its capability. */
    void mapPage(long frame, long space, long address, long rights, long attributes) {
        caps[0] = space;
        message.begin(0, 3).word(0, address).word(1, rights).word(2, attributes);
        invoke(frame, Invocation.PAGE_MAP, 1);
    }

    /** Puts a copy of one of core's capabilities into another slot of core's, which is empty. */
    void copy(long target, long source, long rights) {
        if (!copy(HostedMachine.ROOT, target, DEPTH, HostedMachine.ROOT, source, DEPTH, rights)) {
            throw new IllegalStateException("There is no capability in core's slot " + source + ".");
        }
    }

    /** Moves a capability from a slot of core's into one of a CNode. */
    void move(long node, long index, int depth, long source) {
        caps[0] = HostedMachine.ROOT;
        message.begin(0, 4).word(0, index).word(1, depth).word(2, source).word(3, DEPTH);
        invoke(node, Invocation.CNODE_MOVE, 1);
    }

    /** Gives a thread another capability space. */
    void setSpace(long tcb, long node, long nodeData) {
        caps[0] = node;
        caps[1] = HostedMachine.SPACE;
        message.begin(0, 3).word(0, 0).word(1, nodeData).word(2, 0);
        invoke(tcb, Invocation.TCB_SET_SPACE, 2);
    }

    void bind(long tcb, long notification) {
        caps[0] = notification;
        message.begin(0, 0);
        invoke(tcb, Invocation.TCB_BIND_NOTIFICATION, 1);
    }

    void suspend(long tcb) {
        message.begin(0, 0);
        invoke(tcb, Invocation.TCB_SUSPEND, 0);
    }

    void signal(long notification) {
        thread.signal(notification, message);
    }

    private void invoke(long cap, Invocation operation, int count) {
        long error = tried(cap, operation, count);
        if (error != 0) {
            throw new IllegalStateException(
                    "The kernel refuses core's " + operation + " with error " + error + ": core's books are wrong.");
        }
    }

    /** The error of an invocation, 0 for none. */
    private long tried(long cap, Invocation operation, int count) {
        HostThread.Outcome outcome = thread.invoke(cap, operation, message, caps, count);
        if (outcome != HostThread.Outcome.DONE) {
            throw new IllegalStateException("Core's " + operation + " came out as " + outcome + ".");
        }
        return message.label();
    }
}
