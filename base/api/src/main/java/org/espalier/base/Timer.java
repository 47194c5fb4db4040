package org.espalier.base;

/** The Timer service. Times are microseconds since some point before the session began, and never go back. */
@Rpc("Timer")
public interface Timer {
    /** Microseconds now. */
    Result<Long> now();

    /** Names who gets a signal when the time set is over. */
    Result<Done> signal(Capability<SignalContext> context);

    /** One signal in {@code microseconds}; replaces what was set before. */
    Result<Done> once(long microseconds);

    /** A signal every {@code microseconds}, at least {@link #MIN_PERIOD}; 0 ends it. Replaces what was set before. */
    Result<Done> periodic(long microseconds);

    /** Shortest period in microseconds. */
    long MIN_PERIOD = 1000;
}
