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
 * @param throttles whether a component that takes more processor time is held up instead of stopped, as far as it can be
 * @param heap bytes of heap that it has at one moment; who would have more gets an {@link OutOfMemoryError}
 */
public record Limits(long cpu, long heapRate, long heapTotal, long threads, boolean throttles, long heap) {
    /** More than anybody can take. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** No limits. */
    public static final Limits NONE = new Limits(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);

    /** Limits that stop whoever takes more. */
    public Limits(long cpu, long heapRate, long heapTotal, long threads) {
        this(cpu, heapRate, heapTotal, threads, false);
    }

    /** Limits that do not bound the heap of one moment. */
    public Limits(long cpu, long heapRate, long heapTotal, long threads, boolean throttles) {
        this(cpu, heapRate, heapTotal, threads, throttles, UNLIMITED);
    }

    public Limits {
        if (cpu < 1 || heapRate < 1 || heapTotal < 1 || threads < 0 || heap < 1) {
            throw new IllegalArgumentException("A component is to have some time and some memory: " + cpu + ", "
                    + heapRate + ", " + heapTotal + ", " + heap);
        }
        throttles &= cpu != UNLIMITED;
    }

    /** The lower limit of both, one by one. That of processor time comes with what it does; of two equal ones both have to throttle. */
    public Limits within(Limits outer) {
        return new Limits(
                Math.min(cpu, outer.cpu),
                Math.min(heapRate, outer.heapRate),
                Math.min(heapTotal, outer.heapTotal),
                Math.min(threads, outer.threads),
                (throttles || cpu > outer.cpu) && (outer.throttles || outer.cpu > cpu),
                Math.min(heap, outer.heap));
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
                parameters.number("threads", UNLIMITED),
                parameters.number("throttle", 0) == 1,
                Math.max(1, parameters.number("heap", UNLIMITED)));
    }

    /** These limits as parameters of a session request. */
    public Parameters parameters() {
        Parameters parameters = Parameters.NONE;
        parameters = with(parameters, "cpu", Limits::cpu);
        parameters = with(parameters, "heap_rate", Limits::heapRate);
        parameters = with(parameters, "heap_total", Limits::heapTotal);
        parameters = with(parameters, "threads", Limits::threads);
        parameters = with(parameters, "heap", Limits::heap);
        return throttles ? parameters.with("throttle", 1) : parameters;
    }

    private Parameters with(Parameters parameters, String name, ToLongFunction<Limits> limit) {
        long value = limit.applyAsLong(this);
        return value == UNLIMITED ? parameters : parameters.with(name, value);
    }
}
