package org.espalier.base;

/** The CPU service of core: makes the threads of one protection domain. What a thread costs is charged to that domain. */
@Rpc("CPU")
public interface Cpu {
    /** Creates a thread that the domain may start; it exists until it returns or is destroyed. */
    Result<Capability<CpuThread>> createThread(String name);

    /** Gives up a thread that was never started, or has ended; a running one is denied. */
    Result<Done> destroyThread(Capability<CpuThread> thread);
}
