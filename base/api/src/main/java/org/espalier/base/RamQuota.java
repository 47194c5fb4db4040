package org.espalier.base;

/**
 * An amount of RAM in bytes. Never negative.
 *
 * @param bytes the amount
 */
public record RamQuota(long bytes) {
    /** The granularity of dataspaces. */
    public static final long PAGE = 4096;

    public static final RamQuota ZERO = new RamQuota(0);

    public RamQuota {
        if (bytes < 0) {
            throw new IllegalArgumentException("A RAM quota is never negative, and " + bytes + " is.");
        }
    }

    /** The smallest multiple of {@link #PAGE} that holds {@code bytes}; {@link Long#MAX_VALUE} when there is none. */
    public static long pages(long bytes) {
        return bytes > Long.MAX_VALUE - PAGE ? Long.MAX_VALUE : (bytes + PAGE - 1) & -PAGE;
    }

    /** The amount with the largest unit that divides it: {@code 4K}, {@code 1M}, {@code 100}. */
    @Override
    public String toString() {
        if (bytes == 0 || bytes % 1024 != 0) {
            return Long.toString(bytes);
        }
        if (bytes % (1 << 20) != 0) {
            return bytes / 1024 + "K";
        }
        return bytes % (1 << 30) != 0 ? bytes / (1 << 20) + "M" : bytes / (1 << 30) + "G";
    }
}
