package org.espalier.bench;

import java.util.Optional;
import org.espalier.machine.Engine;
import org.espalier.machine.PhysicalMemory;

/**
 * A call and its reply between two programs under a kernel, measured by {@link Ring3} in turn with the same between two programs on the bare
 * engine.
 */
interface KernelRoundTrip {
    /** The kernel's name. */
    String name();

    /** Why it cannot be measured, a sentence for people; empty if it can. */
    Optional<String> obstacle();

    /** Makes the kernel and its two programs; all on one thread. The engine and the memory are the caller's. */
    Pair start(Engine engine, PhysicalMemory memory);

    /** A client that calls, and a server that replies and receives, over and over. */
    interface Pair extends AutoCloseable {
        /** Lets so many calls be made and answered. */
        void roundTrips(int count);

        /** The kernel's own part, from a trap to the next entry, of one round trip: nanoseconds, the median since the last call. */
        double kernelNanos();

        @Override
        void close();
    }
}
