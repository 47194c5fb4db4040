package org.espalier.kernel.sel4;

import java.util.Optional;

/**
 * What is fixed when the kernel starts.
 *
 * @param ramBytes bytes of RAM, whole frames, {@link #LEAST_RAM} to {@link #MOST_RAM}
 * @param domains scheduling domains, 1 to 16
 * @param abi the release whose numbers the programs use; found out where it is empty
 * @param checked whether the invariants are checked after each system call, which takes time in proportion to all objects
 */
public record Configuration(long ramBytes, int domains, Optional<Abi> abi, boolean checked) {
    public static final long LEAST_RAM = 8L << 20;

    /** As objects are named by numbers of 31 bits. */
    public static final long MOST_RAM = 16L << 30;

    /** A configuration whose values are within their bounds. */
    public Configuration {
        if (ramBytes < LEAST_RAM || ramBytes > MOST_RAM || ramBytes % 4096 != 0) {
            throw new IllegalArgumentException(
                    "RAM is 8 MiB to 16 GiB in whole frames, and not " + ramBytes + " bytes.");
        }
        if (domains < 1 || domains > KernelLayout.MOST_DOMAINS) {
            throw new IllegalArgumentException(
                    "There are 1 to " + KernelLayout.MOST_DOMAINS + " domains, and not " + domains + ".");
        }
    }
}
