package org.espalier.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The program that a stub is until the tracer has it: a static ELF of one page. It asks to be killed when its parent thread ends, looks
 * whether that has ended already, and waits. Behind that is the gate that the tracer's first system calls go through.
 */
final class StubImage {
    static final long ADDRESS = 0x40_0000;

    /** {@code syscall; int3}, as a little-endian word: a system call of the tracer's, and the stop after it. */
    static final int GATE = 0xcc_050f;

    static final int GATE_BYTES = 3;

    /** Where in {@link #GATE} the {@code syscall} ends. */
    static final int GATE_RETURN = 2;

    private static final int HEADERS = ElfLayout.HEADER_BYTES + 2 * ElfLayout.PROGRAM_HEADER_BYTES;
    private static final int CODE_BYTES = 50;

    /** The gate's address before the stub has its final mappings. */
    static final long FIRST_GATE = ADDRESS + HEADERS + CODE_BYTES - GATE_BYTES;

    private StubImage() {}

    /** The image for children of the process {@code parent}. */
    static byte[] bytes(int parent) {
        ByteBuffer image = ByteBuffer.allocate(HEADERS + CODE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        image.putLong(ElfLayout.IDENT).position(ElfLayout.TYPE);
        image.putShort(ElfLayout.TYPE_EXECUTABLE)
                .putShort(ElfLayout.MACHINE_X86_64)
                .putInt(ElfLayout.CURRENT_VERSION);
        image.putLong(ADDRESS + HEADERS)
                .putLong(ElfLayout.HEADER_BYTES)
                .putLong(0)
                .putInt(0);
        image.putShort((short) ElfLayout.HEADER_BYTES).putShort((short) ElfLayout.PROGRAM_HEADER_BYTES);
        image.putShort((short) 2).position(ElfLayout.HEADER_BYTES);
        segment(image, ElfLayout.LOAD, ElfLayout.READ | ElfLayout.EXECUTE, image.capacity());
        // Without it, Linux before 5.8 made every readable page executable.
        segment(image, ElfLayout.GNU_STACK, ElfLayout.READ | ElfLayout.WRITE, 0);
        move(image, 0xbf, 1); // edi: PR_SET_PDEATHSIG
        move(image, 0xbe, 9); // esi: SIGKILL
        systemCall(image, 157); // prctl
        systemCall(image, 110); // getppid
        image.put((byte) 0x3d).putInt(parent); // cmp eax, parent
        image.put((byte) 0x75).put((byte) 9); // jne, over the loop
        systemCall(image, 34); // pause
        image.put((byte) 0xeb).put((byte) -9); // jmp, to pause again
        systemCall(image, 231); // exit_group
        image.putShort((short) GATE).put((byte) (GATE >>> 16));
        return image.array();
    }

    private static void segment(ByteBuffer image, int type, int flags, int size) {
        long address = size == 0 ? 0 : ADDRESS;
        image.putInt(type).putInt(flags).putLong(0).putLong(address).putLong(address);
        image.putLong(size).putLong(size).putLong(Frame.BYTES);
    }

    private static void systemCall(ByteBuffer image, int number) {
        move(image, 0xb8, number);
        image.put((byte) 0x0f).put((byte) 0x05);
    }

    /** {@code mov r32, imm32}. */
    private static void move(ByteBuffer image, int opcode, int value) {
        image.put((byte) opcode).putInt(value);
    }
}
