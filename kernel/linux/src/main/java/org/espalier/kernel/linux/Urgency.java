package org.espalier.kernel.linux;

import java.util.Set;
import org.espalier.base.Placement.Range;

/**
 * How urgent a component is beside others, as a weight: where more compute than there are processors, they are shared by weights. The range
 * of priorities is {@value #STEPS} steps, and each takes a fifth of the weight, as a nice value does. So whoever is less urgent gets less,
 * and something in any case: an urgent component that calls one is held up the longer, and not for ever. Immutable.
 *
 * @param means what holds it
 * @param steps how far below the most urgent component, 0 to {@value #STEPS}
 */
record Urgency(Means means, double steps) {
    /** Of a whole range of priorities. */
    static final int STEPS = 20;

    /** As urgent as can be, for which nothing has to be done. */
    static final Urgency MOST = new Urgency(Means.NOTHING, 0);

    private static final double STEP = 0.8;

    // What the host gives whom nobody gives another weight, and the least. Source: the host's
    // Documentation/admin-guide/cgroup-v2.rst, and
    // sched(7).
    private static final int SHARES = 1024;
    private static final int LEAST_SHARES = 2;
    private static final int WEIGHT = 100;

    /** What holds some to less than others. */
    enum Means {
        /** A control group for the time of each that is less urgent. */
        GROUP,
        /** Nice values of a process's threads. */
        NICE,
        /** Nothing: all are equally urgent. */
        NOTHING;

        /** What there is on this host, with groups for {@code controllers}. */
        static Means of(Set<ControlHierarchy.Controller> controllers) {
            return of(controllers, Niceness.isOfSessionsAlone());
        }

        static Means of(Set<ControlHierarchy.Controller> controllers, boolean ofSessionsAlone) {
            return controllers.contains(ControlHierarchy.Controller.CPU) ? GROUP : ofSessionsAlone ? NOTHING : NICE;
        }
    }

    /** That of a component which has a range of priorities: its most urgent end. */
    static Urgency of(Range priority, Means means) {
        return new Urgency(means, (double) STEPS * priority.start() / Range.UNITS);
    }

    /** Whether something has to be done for it, and that is to be done by {@code held}. */
    boolean isLoweredBy(Means held) {
        return means == held && steps > 0;
    }

    /** As steps of nice values. */
    int niceness() {
        return (int) steps;
    }

    /**
     * As shares of a control group of version 1.
     *
     * @param niceOfOthers nice value of the tasks that the group is beside; 0 where it is beside groups
     */
    long shares(int niceOfOthers) {
        return Math.max(LEAST_SHARES, Math.round(SHARES * Math.pow(STEP, steps + niceOfOthers)));
    }

    /** As weight of a control group of version 2. */
    long weight(int niceOfOthers) {
        return Math.max(1, Math.round(WEIGHT * Math.pow(STEP, steps + niceOfOthers)));
    }
}
