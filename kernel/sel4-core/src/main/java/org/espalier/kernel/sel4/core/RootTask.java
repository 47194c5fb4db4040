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
