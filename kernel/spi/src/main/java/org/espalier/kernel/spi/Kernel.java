package org.espalier.kernel.spi;

import java.util.List;
import java.util.Optional;
import org.espalier.base.spi.ComponentKernel;

/**
 * A kernel that this installation has. Found as a service; stateless and thread-safe. What runs is a {@link RunningKernel}.
 */
public interface Kernel {
    /** The name for {@code --kernel}. */
    String name();

    /** What this kernel is, in one sentence. */
    String summary();

    /** Version of the contract that it implements; core refuses all but {@link ComponentKernel#CONTRACT_VERSION}. */
    int contractVersion();

    /** Why this host cannot carry the kernel, with the command that mends it; empty if it can. */
    Optional<String> obstacle();

    /** What it enforces on this host, as probed now. */
    List<Enforcement> enforcement();

    /** What its objects cost. */
    Costs costs();

    /** What the processor time that it tells of a domain means, in one sentence; when it tells none, that. */
    String cpuTime();

    /** What the host's memory that it tells of a domain means, in one sentence; when it tells none, that. */
    default String hostMemory() {
        return "not told: what components take beside their dataspaces is in one process, the kernel's";
    }

    /** Starts the kernel with core's own protection domain, paid from {@code ram} and {@code caps}. */
    RunningKernel boot(Account ram, Account caps, Options options);

    /**
     * One row of the enforcement table.
     *
     * @param subject what is enforced
     * @param mechanism what does it, or why nothing does
     * @param enforced whether it is enforced on this host
     */
    record Enforcement(String subject, String mechanism, boolean enforced) {}

    /**
     * What objects cost whoever causes them.
     *
     * @param domainRam bytes for a protection domain, its initial entrypoint included
     * @param domainCaps capabilities for it
     * @param threadRam bytes for a thread or a further entrypoint
     * @param threadCaps capabilities for it
     * @param memoryCaps capabilities for a dataspace beside its bytes
     * @param slotCaps capabilities for an own RPC object or signal context, and for each capability received
     */
    record Costs(long domainRam, long domainCaps, long threadRam, long threadCaps, long memoryCaps, long slotCaps) {}

    /**
     * How to run.
     *
     * @param virtualThreads whether entrypoints and threads of components run on virtual threads, which start faster and are
     *     not time-sliced
     * @param changed what to run after a protection domain began, failed or ended, or something entered or left quarantine; on
     *     any thread, which may hold locks of the kernel, so that it must neither block nor call the kernel nor throw
     * @param engine what runs native components, where the kernel runs them in a machine; {@link #BEST_ENGINE} if nothing speaks for
     *     another
     */
    record Options(boolean virtualThreads, Runnable changed, String engine) {
        /** With the engine that is the best here. */
        public Options(boolean virtualThreads, Runnable changed) {
            this(virtualThreads, changed, BEST_ENGINE);
        }
    }

    /** Stands for whichever engine is the best on this host. */
    String BEST_ENGINE = "best";

    /**
     * Why an engine of that name is not to be had, in a full sentence; empty if the kernel can be {@linkplain #boot booted} with it. May try
     * it out, which takes milliseconds.
     */
    default Optional<String> obstacle(String engine) {
        return engine.equals(BEST_ENGINE)
                ? Optional.empty()
                : Optional.of("It runs nothing in a machine, and has no use for engine ‘" + engine + "’.");
    }
}
