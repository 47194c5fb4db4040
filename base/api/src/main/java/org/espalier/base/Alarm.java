package org.espalier.base;

/**
 * The clock and the one alarm of the kernel, which a timer driver turns into the {@link Timer} service. Exclusive: one session
 * at a time.
 */
@Rpc("Alarm")
public interface Alarm {
    /** Nanoseconds since the system started. */
    Result<Long> now();

    /** Names who gets a signal when the alarm goes off. */
    Result<Done> signal(Capability<SignalContext> context);

    /** Sets the alarm for the time {@code deadline}, in nanoseconds as of {@link #now}; replaces the former one. */
    Result<Done> set(long deadline);
}
