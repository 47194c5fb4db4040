package org.espalier.base;

/** The outcome of asking for memory. */
public sealed interface Allocation {
    /** Zeroed memory, charged to the protection domain until it is freed. */
    record Allocated(Capability<Dataspace> dataspace) implements Allocation {}

    /** The RAM quota does not cover it. */
    record OutOfRam(RamQuota needed, RamQuota available) implements Allocation {}

    /** The capability quota does not cover it. */
    record OutOfCaps(CapQuota needed, CapQuota available) implements Allocation {}

    /** The PD service was not reached, for instance because the chain of calls is too long already. */
    record Unreachable(Failure failure) implements Allocation {}

    /** The size is zero, negative or larger than any dataspace can be. */
    record InvalidSize(long bytes) implements Allocation {}
}
