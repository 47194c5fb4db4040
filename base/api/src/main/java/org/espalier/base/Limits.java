package org.espalier.base;

import java.util.function.ToLongFunction;

/**
 * What the threads of one component may take of what no quota counts. A component that takes more is stopped, as by a fault of its own;
 * one that asks for more threads is refused. No component has more than the one above it, each for itself: limits are not divided as
 * quotas are. Which of them a kernel holds, its enforcement table says. Immutable.
 *
 * @param cpu processor time within a second, in percent of one processor
 * @param heapRate bytes of host memory that its code allocates within a second
 * @param heapTotal bytes of host memory that its code allocates in all
 * @param threads threads, beside its entrypoints
 */
public record Limits(long cpu, long heapRate, long heapTotal, long threads) {
    /** More than anybody can take. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** No limits. */
    public static final Limits NONE = new Limits(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);

    public Limits {
        if (cpu < 1 || heapRate < 1 || heapTotal < 1 || threads < 0) {
            throw new IllegalArgumentException(
                    "A component is to have some time and some memory: " + cpu + ", " + heapRate + ", " + heapTotal);
        }
    }

    /** The lower limit of both, one by one. */
    public Limits within(Limits outer) {
        return new Limits(
                Math.min(cpu, outer.cpu),
                Math.min(heapRate, outer.heapRate),
                Math.min(heapTotal, outer.heapTotal),
                Math.min(threads, outer.threads));
    }

    /** Whether what the threads take has to be looked at. */
    public boolean needMetering() {
        return cpu != UNLIMITED || heapRate != UNLIMITED || heapTotal != UNLIMITED;
    }

    /** The limits that the parameters of a session request ask for; no limit where they say nothing that has a meaning. */
    public static Limits of(Parameters parameters) {
        return new Limits(
                Math.max(1, parameters.number("cpu", UNLIMITED)),
                Math.max(1, parameters.number("heap_rate", UNLIMITED)),
                Math.max(1, parameters.number("heap_total", UNLIMITED)),
                parameters.number("threads", UNLIMITED));
    }

    /** These limits as parameters of a session request. */
    public Parameters parameters() {
        Parameters parameters = Parameters.NONE;
        parameters = with(parameters, "cpu", Limits::cpu);
        parameters = with(parameters, "heap_rate", Limits::heapRate);
        parameters = with(parameters, "heap_total", Limits::heapTotal);
        return with(parameters, "threads", Limits::threads);
    }

    private Parameters with(Parameters parameters, String name, ToLongFunction<Limits> limit) {
        long value = limit.applyAsLong(this);
        return value == UNLIMITED ? parameters : parameters.with(name, value);
    }
}
