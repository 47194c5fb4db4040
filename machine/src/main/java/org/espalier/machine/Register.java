package org.espalier.machine;

/** The registers of a {@link CpuContext} besides vector state. */
public enum Register {
    RAX(0),
    RBX(1),
    RCX(2),
    RDX(3),
    RSI(4),
    RDI(5),
    RBP(6),
    RSP(7),
    R8(8),
    R9(9),
    R10(10),
    R11(11),
    R12(12),
    R13(13),
    R14(14),
    R15(15),
    RIP(16),
    /** Bits that ring 3 may not change are not taken from here. */
    RFLAGS(17),
    /** Address in the lower half. */
    FS_BASE(18),
    /** Address in the lower half. */
    GS_BASE(19);

    private final int index;

    Register(int index) {
        this.index = index;
    }

    /** Its place in what {@link CpuContext#copyRegistersTo} writes: 0 to 19, the same for good. */
    public int index() {
        return index;
    }
}
