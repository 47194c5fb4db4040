package org.espalier.machine;

/**
 * Runs native code in ring 3, one program at a time, and hands each of its traps to the caller. The program has no way to the host:
 * its system calls are traps as well.
 *
 * <p>An engine belongs to the platform thread that opened it; every method but {@link #preempt} throws
 * {@link WrongThreadException} on another one. When that thread or the JVM ends, in whatever way, so does all that the engine has
 * started. It uses {@link PhysicalMemory} that it does not own.
 *
 * <p>Every method throws {@link HostFailure} if the host fails the engine.
 */
public interface Engine extends AutoCloseable {
    /** Short and in lower case, as an option names it. */
    String name();

    /** An address space on the table of level 4 at {@code root}, which may have entries already. */
    AddressSpace space(Frame root);

    /**
     * Lets the program go on as {@code context} says, until it traps; then {@code context} holds what it has become.
     *
     * @throws IllegalArgumentException if {@code space} is another engine's
     * @throws IllegalStateException if {@code space} is closed
     */
    Trap run(AddressSpace space, CpuContext context);

    /**
     * Asks for {@link Trap.Preempted}: the run in progress ends with it, or else the next one does before anything has run. Requests that
     * were not answered yet are one request. A trap that comes first leaves the request standing. Any thread may call this at any time;
     * once the engine is closed it does nothing.
     */
    void preempt();

    /**
     * Says that this thread is going to do nothing but run programs, and what little their traps need in between. Until {@link #unpin}, the
     * engine may keep the thread on one processor of the host, of those that it was given, so that traps take less time. Threads that it
     * starts meanwhile would be kept there as well, so start them before. An engine that gains nothing by it does nothing.
     */
    default void pin() {
        // Programs and their kernel are one thread of the host.
    }

    /** Ends what {@link #pin} has begun: the thread may be wherever it could be before. Closing does the same. */
    default void unpin() {
        // As above.
    }

    /** Ends all address spaces. Closing twice does nothing. */
    @Override
    void close();
}
