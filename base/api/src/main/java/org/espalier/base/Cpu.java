package org.espalier.base;

/** The CPU service of core: makes threads. What a thread costs is charged to the protection domain that it runs in. */
@Rpc("CPU")
public interface Cpu {
    /** Creates a thread that the domain {@code pd} may start; it exists until it returns or is destroyed. */
    Result<Capability<CpuThread>> createThread(Capability<Pd> pd, String name);

    /** Gives up a thread that was never started, or has ended; a running one is denied. */
    Result<Done> destroyThread(Capability<CpuThread> thread);
}
