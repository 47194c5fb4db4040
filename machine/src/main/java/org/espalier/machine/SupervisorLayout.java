package org.espalier.machine;

/**
 * The engine's own memory in a virtual machine, behind that of the kernel, and the little that runs in ring 0: descriptors
 * (Intel SDM vol. 3, 3.4.5 and 6.14.1), and code that hands each trap to the host by {@code hlt}. Offsets in bytes from the
 * start of that memory.
 */
final class SupervisorLayout {
    /** Where ring 0 sees physical address 0; no program sees anything there. */
    static final long KERNEL = 0xffff_8000_0000_0000L;

    /** The entry of a table of level 4 that {@link #KERNEL} begins with. */
    static final int KERNEL_ENTRY = 256;

    static final long GDT = 0;
    static final long IDT = 0x1000;
    static final long CODE = 0x2000;

    /** Tables of the kernel half, then for each processor a frame with its task state and stack, and one with its root. */
    static final long TABLES = 0x3000;

    static final int KERNEL_CODE = 0x10;
    static final int KERNEL_DATA = 0x18;
    static final int USER_DATA = 0x2b;
    static final int USER_CODE = 0x33;
    static final int TASK = 0x40;

    /** Behind the last descriptor: there is none for 32-bit code. */
    static final int GDT_LIMIT = USER_CODE / 8 * 8 + 7;

    static final int IDT_LIMIT = 0xfff;

    /** Bytes of the task state without a map of ports, which therefore are all closed. */
    static final int TASK_LIMIT = 0x67;

    static final int VECTORS = 32;

    /** In {@link #CODE}: one {@code hlt} for each vector, this far from the one before. */
    static final int VECTOR_BYTES = 16;

    /** {@code hlt}, where {@code syscall} leads to. */
    static final int SYSTEM_CALL = 0x400;

    /** {@code iretq}. */
    static final int ENTER = 0x410;

    /** Reloads CR3, takes RAX from the stack, {@code iretq}. */
    static final int RELOAD_AND_ENTER = 0x420;

    static final int ENTRIES_END = 0x440;

    /** Stores RBX to [RCX], drops the translation of RAX, {@code hlt}. */
    static final int STORE = 0x440;

    /** Stores RBX to [RCX], drops all translations, {@code hlt}. */
    static final int STORE_AND_RELOAD = 0x460;

    /** Makes RCX words from RDI on zero, drops all translations, {@code hlt}. */
    static final int CLEAR = 0x480;

    /** Of an interrupt frame, at the end of a processor's stack. */
    static final long FRAME_RIP = 40;

    static final long FRAME_CS = 32;
    static final long FRAME_RFLAGS = 24;
    static final long FRAME_RSP = 16;
    static final long FRAME_SS = 8;

    /** Where the error code of an exception is, and RAX before {@link #RELOAD_AND_ENTER}. */
    static final long FRAME_ERROR = 48;

    private static final int[][] CODES = {
        {SYSTEM_CALL, 0xf4},
        {ENTER, 0x48, 0xcf},
        {RELOAD_AND_ENTER, 0x0f, 0x20, 0xd8, 0x0f, 0x22, 0xd8, 0x58, 0x48, 0xcf},
        {STORE, 0x48, 0x89, 0x19, 0x0f, 0x01, 0x38, 0xf4},
        {STORE_AND_RELOAD, 0x48, 0x89, 0x19, 0x0f, 0x20, 0xd8, 0x0f, 0x22, 0xd8, 0xf4},
        {CLEAR, 0xfc, 0xf3, 0x48, 0xab, 0x0f, 0x20, 0xd8, 0x0f, 0x22, 0xd8, 0xf4}
    };

    private static final long DESCRIPTOR_KERNEL_CODE = 0x00af_9b00_0000_ffffL;
    private static final long DESCRIPTOR_KERNEL_DATA = 0x00cf_9300_0000_ffffL;
    private static final long DESCRIPTOR_USER_DATA = 0x00cf_f300_0000_ffffL;
    private static final long DESCRIPTOR_USER_CODE = 0x00af_fb00_0000_ffffL;

    /** A present interrupt gate of ring 0, and the bits that make it one of ring 3. */
    private static final long GATE_PRESENT = 0x8e00_0000_0000L;

    private static final long GATE_RING_3 = 0x6000_0000_0000L;
    private static final int GATES = 256;

    private SupervisorLayout() {}

    /** Writes descriptors, gates and code into {@code memory}, which ring 0 sees at {@code address}. */
    static void write(MemoryView memory, long address) {
        memory.putLong(GDT + KERNEL_CODE, DESCRIPTOR_KERNEL_CODE);
        memory.putLong(GDT + KERNEL_DATA, DESCRIPTOR_KERNEL_DATA);
        memory.putLong(GDT + USER_DATA / 8 * 8, DESCRIPTOR_USER_DATA);
        memory.putLong(GDT + USER_CODE / 8 * 8, DESCRIPTOR_USER_CODE);
        for (int vector = 0; vector < GATES; vector++) {
            long target = address + CODE + (long) Math.min(vector, VECTORS) * VECTOR_BYTES;
            boolean open = vector == Trap.CpuException.BREAKPOINT || vector == Trap.CpuException.OVERFLOW;
            long attributes = GATE_PRESENT | (open ? GATE_RING_3 : 0);
            long low = (target & 0xffff) | (long) KERNEL_CODE << 16 | attributes | (target >>> 16 & 0xffff) << 48;
            memory.putLong(IDT + 16L * vector, low);
            memory.putLong(IDT + 16L * vector + 8, target >>> 32);
        }
        for (int vector = 0; vector <= VECTORS; vector++) {
            memory.putByte(CODE + (long) vector * VECTOR_BYTES, (byte) 0xf4);
        }
        for (int[] code : CODES) {
            for (int i = 1; i < code.length; i++) {
                memory.putByte(CODE + code[0] + i - 1, (byte) code[i]);
            }
        }
    }
}
