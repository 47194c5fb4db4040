package org.espalier.base;

/** The Timer service. Times are microseconds since some point before the session began, and never go back. */
@Rpc("Timer")
public interface Timer {
    /** Microseconds now. */
    Result<Long> now();

    /** Names who gets a signal when the time set is over; a time that is over without anybody named tells nobody. */
    Result<Done> signal(Capability<SignalContext> context);

    /** One signal in {@code microseconds}; replaces what was set before. INVALID_ARGUMENT when negative or beyond all time. */
    Result<Done> once(long microseconds);

    /**
     * A signal every {@code microseconds}, which are raised to {@link #MIN_PERIOD} when they are less; 0 ends it. Replaces what
     * was set before. Periods that passed before their signal could be sent make one signal together. INVALID_ARGUMENT when
     * negative or beyond all time.
     */
    Result<Done> periodic(long microseconds);

    /** Shortest period in microseconds. */
    long MIN_PERIOD = 1000;
}
