package org.espalier.base;

/**
 * Where the threads of a CPU session or a protection domain may run, and how urgent they are: three ranges, each a part of what the component
 * above has. What a kernel makes of it, its enforcement table says. Immutable.
 *
 * @param priority range of priorities; 0 is the most urgent. Who has it runs at its most urgent end, and what is below it anywhere within
 * @param x columns of the machine's grid of processors
 * @param y rows of it
 */
public record Placement(Range priority, Range x, Range y) {
    /** All that there is. */
    public static final Placement WHOLE = new Placement(Range.FULL, Range.FULL, Range.FULL);

    /**
     * A part of a range, in units of which the whole range has {@value #UNITS}.
     *
     * @param start where it begins
     * @param span how much it takes, at least 1
     */
    public record Range(int start, int span) {
        /** Units of a whole range. */
        public static final int UNITS = 1 << 16;

        static final Range FULL = new Range(0, UNITS);

        public Range {
            if (start < 0 || span < 1 || start > UNITS - span) {
                throw new IllegalArgumentException(
                        "A range lies within " + UNITS + " units, and " + start + "+" + span + " does not.");
            }
        }

        /** Parts {@code first} up to {@code first + count} of a range that is divided into {@code parts}. */
        public static Range part(int first, int count, int parts) {
            int from = (int) ((long) UNITS * first / parts);
            int to = (int) ((long) UNITS * (first + count) / parts);
            return new Range(Math.min(from, UNITS - 1), Math.max(1, to - from));
        }

        /** This part of {@code outer}, in units of what {@code outer} is a part of. */
        public Range within(Range outer) {
            int from = outer.start + (int) ((long) start * outer.span / UNITS);
            int to = outer.start + (int) ((long) (start + span) * outer.span / UNITS);
            int begin = Math.min(from, outer.start + outer.span - 1);
            return new Range(begin, Math.max(1, to - begin));
        }

        /** Reads what {@link #toString} writes; whatever else is there means all. */
        static Range parse(String text) {
            int plus = text.indexOf('+');
            try {
                return plus < 0
                        ? FULL
                        : new Range(
                                Integer.parseInt(text, 0, plus, 10),
                                Integer.parseInt(text, plus + 1, text.length(), 10));
            } catch (IllegalArgumentException e) {
                return FULL;
            }
        }

        @Override
        public String toString() {
            return start + "+" + span;
        }
    }

    /** This part of {@code outer}. */
    public Placement within(Placement outer) {
        return new Placement(priority.within(outer.priority), x.within(outer.x), y.within(outer.y));
    }

    /** The placement that the parameters of a session request ask for, {@link #WHOLE} where they say nothing that has a meaning. */
    public static Placement of(Parameters parameters) {
        return new Placement(
                Range.parse(parameters.get("priority").orElse("")),
                Range.parse(parameters.get("x").orElse("")),
                Range.parse(parameters.get("y").orElse("")));
    }

    /** This placement as parameters of a session request. */
    public Parameters parameters() {
        return addTo(Parameters.NONE);
    }

    /** The parameters of a session request that asks for something else, too. Ranges that are whole need not be told. */
    public Parameters addTo(Parameters others) {
        return with(with(with(others, "priority", priority), "x", x), "y", y);
    }

    private static Parameters with(Parameters parameters, String name, Range range) {
        return range.equals(Range.FULL) ? parameters : parameters.with(name, range);
    }
}
