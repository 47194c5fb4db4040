package org.espalier.base;

/**
 * A number of capabilities. Never negative.
 *
 * @param count the number
 */
public record CapQuota(long count) {
    public static final CapQuota ZERO = new CapQuota(0);

    public CapQuota {
        if (count < 0) {
            throw new IllegalArgumentException("A capability quota is never negative, and " + count + " is.");
        }
    }

    @Override
    public String toString() {
        return Long.toString(count);
    }
}
