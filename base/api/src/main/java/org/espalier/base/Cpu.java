package org.espalier.base;

/**
 * The CPU service of core: makes threads. What a thread costs is charged to the protection domain that it runs in. A
 * session request may ask for a {@link Placement}, of which every parent on its way makes a part of its child's.
 */
@Rpc("CPU")
public interface Cpu {
    /** Creates a thread that the domain {@code pd} may start; it exists until it returns or is destroyed. */
    Result<Capability<CpuThread>> createThread(Capability<Pd> pd, String name);

    /** Where threads of this session run, and how urgent they are, within the machine. */
    Result<Placement> placement();

    /** Gives up a thread that was never started, or has ended; a running one is denied. */
    Result<Done> destroyThread(Capability<CpuThread> thread);
}
