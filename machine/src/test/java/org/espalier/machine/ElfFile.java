package org.espalier.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An ELF file for tests: two segments, code that was given and 16 bytes of data in 8,192 bytes of memory. Fields can be overwritten. */
final class ElfFile {
    static final int HEADER = 64;
    static final int SECOND = HEADER + 56;
    static final int CODE_OFFSET = 0x1000;
    static final int DATA_OFFSET = 0x2010;
    static final long DATA = Computer.DATA + 0x10;
    static final int BYTES = 0x2020;

    private final ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);

    ElfFile(byte[] code) {
        bytes.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        bytes.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1);
        bytes.putLong(24, Computer.CODE).putLong(32, HEADER);
        bytes.putShort(52, (short) 64).putShort(54, (short) 56).putShort(56, (short) 2);
        header(HEADER, 5, CODE_OFFSET, Computer.CODE, code.length, code.length);
        header(SECOND, 6, DATA_OFFSET, DATA, 16, 8192);
        bytes.put(CODE_OFFSET, code);
        bytes.putLong(DATA_OFFSET, 0x1234_5678_9abc_def0L);
    }

    private void header(int at, int flags, long offset, long address, long fileSize, long memorySize) {
        bytes.putInt(at, 1).putInt(at + 4, flags).putLong(at + 8, offset).putLong(at + 16, address);
        bytes.putLong(at + 32, fileSize).putLong(at + 40, memorySize).putLong(at + 48, 4096);
    }

    /** Overwrites a field of {@code width} bytes. */
    ElfFile with(int at, int width, long value) {
        for (int i = 0; i < width; i++) {
            bytes.put(at + i, (byte) (value >>> (8 * i)));
        }
        return this;
    }

    byte[] bytes() {
        return bytes.array();
    }
}
