package org.espalier.kernel.spi;

import java.util.List;
import java.util.Optional;
import org.espalier.base.Failure;
import org.espalier.base.Limits;
import org.espalier.base.Placement;
import org.espalier.base.spi.ComponentKernel;

/**
 * A kernel at work, as core sees it. Domains are numbers that are never used twice; objects that core holds are indices in
 * core's own capability space. Numbers that name nothing are refused, not trusted.
 *
 * <p>Operations that return an {@code int} return a positive number or the negated {@link Failure#status()}; one that fails
 * leaves nothing behind and has charged nobody. No operation waits for a component.
 *
 * <p>Thread-safe.
 */
public interface RunningKernel extends AutoCloseable {
    /** The number of core's own domain. */
    int CORE_DOMAIN = 1;

    /** The component half for core's own domain. */
    ComponentKernel core();

    /**
     * Runs {@code body} on the calling thread as a thread of core's domain. For threads of the program around the system;
     * it may be nested.
     */
    void enterCore(Runnable body);

    // ---- protection domains

    /** Creates a domain without program, whose objects are charged to the two accounts. */
    int createDomain(String name, Account ram, Account caps);

    /**
     * Limits what a domain may take, before its program is started. One that takes more faults and is stopped; a thread too many is
     * refused with {@link Failure#DENIED}.
     *
     * @return why this kernel cannot hold all of these limits, a sentence for people; then it holds none. Empty when it holds them
     */
    Optional<String> limit(int domain, Limits limits);

    /**
     * Says how urgent a domain is beside others and where it may run, before its program is started. What comes of it, the enforcement table
     * says; a kernel that leaves both to its host does nothing. Every domain runs in any case.
     */
    default void place(int domain, Placement placement) {}

    /**
     * Starts the program in the dataspace {@code binary} (an index of core's).
     *
     * @param parent index of the object that becomes the domain's first capability
     * @param faultSignal index of a signal context that is submitted when the domain faults
     * @param trusted whether byte code is not verified; a kernel that verifies none makes no difference
     */
    Launch start(int domain, int binary, int parent, int faultSignal, boolean trusted);

    /**
     * Ends a domain at once: its capabilities are void, its callers get {@link Failure#GONE}, its attachments show nothing,
     * and what the kernel charged to its accounts is refunded. Threads that do not stop are quarantined.
     */
    void destroyDomain(int domain);

    /** The first fault of a domain as text, empty when there was none. */
    String fault(int domain);

    /** Threads that still run code of domains that ended. */
    List<Quarantined> quarantine();

    /** Component threads that exist now, entrypoints at work included. */
    int threads();

    /** What a domain takes of the processor; {@link Activity#NONE} when there is no such domain. */
    Activity activity(int domain);

    // ---- memory

    /** Creates zeroed memory charged to {@code domain}; {@code bytes} is a positive multiple of the page size. */
    int createMemory(int domain, long bytes);

    /** Creates a second name for memory that allows reading alone, charged to {@code domain}. */
    int createReadOnly(int domain, int memory);

    /** Creates an empty managed dataspace of {@code bytes}, charged to {@code domain}. */
    int createManaged(int domain, long bytes);

    /**
     * Puts a part of {@code memory}, which may be managed itself, into a managed dataspace at {@code at}. Returns 0 or a negated
     * status; INVALID_ARGUMENT also for what would contain itself, or be nested too deep.
     */
    int managedAttach(int managed, int memory, long offset, long size, long at, boolean writable);

    /** Takes away what begins at {@code at}. Returns 0 or a negated status. */
    int managedDetach(int managed, long at);

    /** The number of parts in a managed dataspace, as memory that was freed has left it. */
    int managedParts(int managed);

    /** Names who is signalled when an access waits; 0 for nobody. */
    int managedFaultSignal(int managed, int signal);

    /** The oldest access that waits: its offset, with {@link #FAULT_WRITE} set for a write; -1 when none does. */
    long managedFault(int managed);

    long FAULT_WRITE = 1L << 62;

    /** Size in bytes of any of these, or a negated status. */
    long memorySize(int memory);

    /** Ends memory of any kind: it disappears wherever it is attached, and is refunded. */
    void destroyMemory(int memory);

    // ---- threads

    /** Creates a thread of {@code domain} that has not started, charged to it. */
    int createThread(int domain, String name);

    /** Ends a thread that has not started, or no longer runs. Returns 0 or a negated status. */
    int destroyThread(int thread);

    // ---- time and chance

    /** Nanoseconds since the kernel started. */
    long clock();

    /** Submits to {@code signal} at the time {@code deadline} of {@link #clock}; replaces the former alarm. */
    void setAlarm(long deadline, int signal);

    /** Microseconds since 1970-01-01 UTC. */
    long wallClock();

    /** Fills {@code target} with random bytes fit for keys. */
    void entropy(byte[] target);

    /**
     * All capabilities of the kernel beneath this one, each after the one that it was derived from; empty where there is no such kernel.
     * A look at one moment: whoever works meanwhile waits.
     */
    default Optional<List<HeldCapability>> capabilities() {
        return Optional.empty();
    }

    /** Ends all domains and the kernel. */
    @Override
    void close();

    /** Whether a program was started. */
    sealed interface Launch {
        /** It runs; what goes wrong from here on is a fault of the domain. */
        record Launched() implements Launch {}

        /** This kernel cannot run what the dataspace holds. */
        record NotRunnable(String reason) implements Launch {}

        /** A quota of the domain does not cover the start. */
        record Refused(Failure failure) implements Launch {}
    }

    /**
     * What a domain takes of the processor. Which work counts as whose is told by the kernel's
     * {@link Kernel#cpuTime}.
     *
     * @param threads host threads that run for the domain now
     * @param cpuNanos nanoseconds of processor time that it has taken, or {@link #UNKNOWN}
     */
    record Activity(int threads, long cpuNanos) {
        /** The processor time where it cannot be told. */
        public static final long UNKNOWN = -1;

        /** That of a domain which does not exist. */
        public static final Activity NONE = new Activity(0, UNKNOWN);
    }

    /**
     * A thread that has not left the code of an ended domain.
     *
     * @param domain name of the domain
     * @param thread name of the thread
     * @param since {@link #clock} when the domain ended
     */
    record Quarantined(String domain, String thread, long since) {}
}
