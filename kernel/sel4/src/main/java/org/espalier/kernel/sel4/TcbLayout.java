package org.espalier.kernel.sel4;

import org.espalier.machine.Register;

/**
 * A TCB in memory: five slots, then words of 8 bytes, then the processor's state while no cache of the kernel holds it. Offsets in
 * bytes. The size is that of the classic configuration with FXSAVE; the rest of the layout is this kernel's own.
 */
final class TcbLayout {
    /** log2 of the size. */
    static final int BITS = 11;

    // Slots, by number.
    static final int CSPACE = 0;
    static final int VSPACE = 1;
    static final int REPLY = 2;
    static final int CALLER = 3;
    static final int BUFFER = 4;
    static final int SLOTS = 5;

    /** Links of the queue of the endpoint or notification that the thread waits at. */
    static final int WAIT_LINKS = 160;

    /** Links of the queue of threads that can run. */
    static final int READY_LINKS = 168;

    static final int STATE = 176;

    /** Physical address of the endpoint or notification that the thread waits at. */
    static final int WAITS_AT = 184;

    static final int SENT_BADGE = 192;

    /** {@link #SENT_CALL} and its like. */
    static final int SENT_FLAGS = 200;

    static final int SENT_CALL = 1;

    /** Of who sends: its capability lets it grant; of who receives: it may grant in its reply. */
    static final int SENT_GRANT = 2;

    static final int SENT_GRANT_REPLY = 4;

    static final int PRIORITY = 208;

    /** The highest priority that the thread may give (maximum controlled priority). */
    static final int MCP = 216;

    static final int DOMAIN = 224;

    /** Ticks that are left until others of its priority get their turn. */
    static final int TIME_SLICE = 232;

    /** 1 while the thread is in a queue of those that can run. */
    static final int IS_QUEUED = 240;

    /** An address in the thread's own capability space, looked up when it faults. */
    static final int FAULT_HANDLER = 248;

    /** Virtual address; {@link #BUFFER} holds the frame. */
    static final int BUFFER_ADDRESS = 256;

    /** Physical address of the notification that is bound, or 0. */
    static final int BOUND_NOTIFICATION = 264;

    static final int FLAGS = 272;

    /** The one flag that there is: what uses vector state raises an exception. */
    static final long NO_VECTORS = 1;

    /** {@link Faults} explains these five. */
    static final int FAULT_TYPE = 280;

    static final int FAULT_0 = 288;
    static final int FAULT_1 = 296;

    /** Type of the lookup failure that a capability fault is about, then its three words. */
    static final int LOOKUP_FAILURE = 304;

    /** Where the thread goes on when what it has begun is to be done again. */
    static final int RESTART_IP = 336;

    /** 1 + index in {@link Contexts}, or 0. */
    static final int CONTEXT = 344;

    /** What the state at {@link #VECTORS} takes in whole; 0 for the initial state. */
    static final int VECTORS_LENGTH = 352;

    /** 1 + index in {@link HostedThreads} of a thread that runs on one of the host, or 0. */
    static final int HOSTED = 360;

    /** Nanoseconds that the thread has run in ring 3, where a {@link Processor} counts them. */
    static final int NANOS = 368;

    /** 20 words. */
    static final int REGISTERS = 384;

    /** Text for people, ends with a zero byte. */
    static final int NAME = 544;

    static final int NAME_BYTES = 128;

    static final int VECTORS = 704;
    static final int VECTORS_BYTES = (1 << BITS) - VECTORS;

    private TcbLayout() {}

    static long address(int tcb) {
        return (long) tcb << BITS;
    }

    static int slot(int tcb, int number) {
        return (tcb << (BITS - ObjectType.SLOT_BITS)) + number;
    }

    /** Where a register is. */
    static int registerOffset(Register register) {
        return REGISTERS + register.index() * Long.BYTES;
    }
}
