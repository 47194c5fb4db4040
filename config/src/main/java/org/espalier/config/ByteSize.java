package org.espalier.config;

/**
 * An amount of memory as a configuration states it. Immutable.
 *
 * @param bytes never negative
 */
public record ByteSize(long bytes) {

    /** Refuses a negative amount. */
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("A size cannot be negative, but it is " + bytes + ".");
        }
    }

    /** As it is written in a configuration: with the largest of the binary suffixes K, M and G that leaves no rest. */
    @Override
    public String toString() {
        if (bytes == 0) {
            return "0";
        }
        int zeros = Long.numberOfTrailingZeros(bytes);
        if (zeros >= 30) {
            return (bytes >> 30) + "G";
        }
        if (zeros >= 20) {
            return (bytes >> 20) + "M";
        }
        return zeros >= 10 ? (bytes >> 10) + "K" : Long.toString(bytes);
    }
}
