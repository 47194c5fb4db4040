package org.espalier.kernel.sel4;

/**
 * Why a capability was not found (seL4 manual, 3.4). There is one for the kernel, valid from a failed lookup to the error or fault
 * that tells of it.
 */
final class LookupFailure {
    static final int INVALID_ROOT = 1;
    static final int MISSING_CAPABILITY = 2;
    static final int DEPTH_MISMATCH = 3;
    static final int GUARD_MISMATCH = 4;

    private int type;
    private long bitsLeft;
    private long found;
    private long guardBits;

    int type() {
        return type;
    }

    /** Bits of the address that were not looked at; not for an invalid root. */
    long bitsLeft() {
        return bitsLeft;
    }

    /** Bits that the CNode wanted, or the guard. */
    long found() {
        return found;
    }

    /** Of a guard that does not match. */
    long guardBits() {
        return guardBits;
    }

    void invalidRoot() {
        set(INVALID_ROOT, 0, 0, 0);
    }

    void missingCapability(long left) {
        set(MISSING_CAPABILITY, left, 0, 0);
    }

    void depthMismatch(long left, long bitsFound) {
        set(DEPTH_MISMATCH, left, bitsFound, 0);
    }

    void set(int newType, long newBitsLeft, long newFound, long newGuardBits) {
        type = newType;
        bitsLeft = newBitsLeft;
        found = newFound;
        guardBits = newGuardBits;
    }
}
