package org.espalier.kernel.sel4.proved;

/**
 * Extraction of bits by amounts that are known at run time only, about which the prover cannot reason: behind {@link ObjectMemory},
 * whose contract is assumed. Stateless.
 */
final class Bits {
    private Bits() {}

    /** The {@code count} bits of {@code value} below bit {@code top}, right-aligned; 0 ≤ count ≤ top ≤ 64. */
    static long below(long value, int top, int count) {
        // A shift by 64 would be one by 0: no bits are answered apart, and of all bits none is masked.
        return count == 0 ? 0 : (value << (64 - top)) >>> (64 - count);
    }
}
