package org.espalier.machine;

/** ELF64 as the System V ABI lays it out (gABI chapters 4 and 5; x86-64 psABI 4.1): offsets in bytes, and the values used here. */
final class ElfLayout {
    static final int HEADER_BYTES = 64;
    static final int PROGRAM_HEADER_BYTES = 56;

    /** The first eight bytes as a little-endian word: magic, 64-bit, little endian, version 1; the ABI of System V. */
    static final long IDENT = 0x0001_0102_464c_457fL;

    static final int OS_ABI = 7;
    static final byte OS_ABI_GNU = 3;
    static final int ABI_VERSION = 8;
    static final int TYPE = 16;
    static final int MACHINE = 18;
    static final int VERSION = 20;
    static final int ENTRY = 24;
    static final int PROGRAM_HEADERS = 32;
    static final int FLAGS = 48;
    static final int HEADER_SIZE = 52;
    static final int PROGRAM_HEADER_SIZE = 54;
    static final int PROGRAM_HEADER_COUNT = 56;

    static final short TYPE_EXECUTABLE = 2;
    static final short MACHINE_X86_64 = 62;
    static final int CURRENT_VERSION = 1;

    // Of a program header:
    static final int SEGMENT_TYPE = 0;
    static final int SEGMENT_FLAGS = 4;
    static final int SEGMENT_OFFSET = 8;
    static final int SEGMENT_ADDRESS = 16;
    static final int SEGMENT_FILE_SIZE = 32;
    static final int SEGMENT_MEMORY_SIZE = 40;
    static final int SEGMENT_ALIGNMENT = 48;

    static final int LOAD = 1;
    static final int DYNAMIC = 2;
    static final int INTERPRETER = 3;
    static final int GNU_STACK = 0x6474e551;

    static final int EXECUTE = 1;
    static final int WRITE = 2;
    static final int READ = 4;

    private ElfLayout() {}
}
