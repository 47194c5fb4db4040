package org.espalier.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What {@link Rounds} in a JVM of their own say to the JVM that started it. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Paired {
    /** Nanoseconds of the subject. */
    public double figure;

    /** Nanoseconds of the floor. */
    public double floor;

    /** Both in the same round, divided. */
    public double ratio;

    /** Says all of them. */
    void take(Rounds rounds) {
        figure = rounds.figure();
        floor = rounds.floor();
        ratio = rounds.ratio();
    }
}
