package org.espalier.machine;

/**
 * Which virtual addresses a program may have, the same on every engine.
 *
 * <p>The lowest 64 KiB stay empty, for hosts let nobody map them ({@code vm.mmap_min_addr}, and null pointers fault). The last
 * mebibyte below 2<sup>47</sup> belongs to the engine: to code that it needs inside of an address space, and because a system call
 * that returns to the very end of the half faults in ring 0 on some processors (Intel SDM, SYSRET).
 */
public final class UserHalf {
    /** The lowest address that can be mapped. */
    public static final long START = 0x1_0000L;

    /** The first address after those that can be mapped. */
    public static final long END = 0x7fff_fff0_0000L;

    /** The first address after the lower half of the canonical addresses. */
    static final long CANONICAL_END = 0x8000_0000_0000L;

    private UserHalf() {}

    /** Whether all of the {@code length} bytes from {@code address} on can be mapped; lengths of 0 and more. */
    public static boolean contains(long address, long length) {
        return address >= START && address <= END && length >= 0 && length <= END - address;
    }

    /** Whether bits 63 to 47 are equal (Intel SDM vol. 1, 3.3.7.1). */
    public static boolean isCanonical(long address) {
        long top = address >> 47;
        return top == 0 || top == -1;
    }
}
