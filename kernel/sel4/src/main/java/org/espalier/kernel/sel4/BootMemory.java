package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.List;

/**
 * Hands out RAM before there is anybody whose memory it could be: what the first thread is made of, from the start of RAM, and never
 * taken back, as in seL4. What is left becomes untyped memory.
 */
final class BootMemory {
    /** Below are the kernel's own memory and what a PC has there. */
    static final long FIRST_OBJECT = 0x10_0000;

    private final long ramBytes;
    private long next = FIRST_OBJECT;

    BootMemory(long ramBytes) {
        this.ramBytes = ramBytes;
    }

    /** Zeroed memory of {@code 1 << bits} bytes, aligned to its size. */
    long allocate(int bits) throws BootFailure {
        long size = 1L << bits;
        long start = next + size - 1 & -size;
        if (start + size > ramBytes) {
            throw new BootFailure(
                    "RAM of " + (ramBytes >>> 20) + " MiB does not hold the root task: give it more by --ram.");
        }
        next = start + size;
        return start;
    }

    /** Memory for a capability. */
    record Untyped(long address, int bits, boolean device) {
        /** The first word of the capability; the second is 0. */
        long cap() {
            return Caps.word(CapType.UNTYPED, bits, 0, device ? Caps.DEVICE : 0, address);
        }
    }

    /** All RAM that was not handed out. */
    List<Untyped> rest() {
        List<Untyped> all = new ArrayList<>();
        split(all, next, ramBytes, false);
        return all;
    }

    /** Splits a range into pieces that are as large as they are aligned. */
    static void split(List<Untyped> all, long start, long end, boolean device) {
        long at = start;
        while (at < end) {
            int bits = Math.min(Long.numberOfTrailingZeros(at), 63 - Long.numberOfLeadingZeros(end - at));
            if (bits >= ObjectType.LEAST_UNTYPED_BITS) {
                all.add(new Untyped(at, bits, device));
            }
            at += 1L << bits;
        }
    }
}
