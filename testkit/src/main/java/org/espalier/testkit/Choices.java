package org.espalier.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The source of randomness of one trial: a sequence of bounded numbers, recorded as it is drawn.
 *
 * <p>A generator makes every decision by drawing from here. That is what makes shrinking work for any generator, mapped
 * and recursive ones included: a failing trial is reduced by editing the recorded numbers and running the generator
 * again on them. Zero should therefore stand for the simplest outcome, which all methods here observe.
 *
 * <p>Belongs to one trial and one thread.
 */
public final class Choices {

    private static final int EDGE_ODDS = 16;

    private final SplittableRandom random;
    private final long[] script;
    private final boolean replaying;
    private long[] drawn = new long[32];
    private int count;

    private Choices(SplittableRandom random, long[] script, boolean replaying) {
        this.random = random;
        this.script = script;
        this.replaying = replaying;
    }

    /** Fresh randomness; the same seed gives the same numbers on every machine. */
    public static Choices seeded(long seed) {
        return new Choices(new SplittableRandom(seed), new long[0], false);
    }

    /** Plays {@code script} again: a number too large for its bound is lowered to fit, and zeros follow the end. */
    static Choices replay(long[] script) {
        return new Choices(new SplittableRandom(0), script, true);
    }

    /**
     * A number from 0 to {@code bound - 1}. Both ends come up more often than chance would have it, because that is
     * where the mistakes are.
     */
    public long below(long bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("A choice needs at least one outcome, but the bound is " + bound + ".");
        }
        long number = replaying ? scripted(bound) : fresh(bound);
        if (count == drawn.length) {
            drawn = Arrays.copyOf(drawn, count * 2);
        }
        drawn[count++] = number;
        return number;
    }

    private long scripted(long bound) {
        return count < script.length ? Math.min(script[count], bound - 1) : 0;
    }

    private long fresh(long bound) {
        if (bound > EDGE_ODDS) {
            int edge = random.nextInt(EDGE_ODDS);
            if (edge == 0) {
                return 0;
            }
            if (edge == 1) {
                return bound - 1;
            }
        }
        return random.nextLong(bound);
    }

    /** As {@link #below(long)}, for indices and lengths. */
    public int below(int bound) {
        return (int) below((long) bound);
    }

    /** A number from {@code low} to {@code high}, both included; shrinks towards the one of them nearest to zero. */
    public long between(long low, long high) {
        if (low > high) {
            throw new IllegalArgumentException("There is no number from " + low + " to " + high + ".");
        }
        if (low >= 0) {
            return low + upTo(high - low);
        }
        if (high < 0) {
            return high - upTo(high - low);
        }
        return below(2) == 0 ? upTo(high) : -1 - upTo(-(low + 1));
    }

    private long upTo(long last) {
        // 2^63 outcomes do not fit a bound; losing the very last of them is harmless.
        return below(last == Long.MAX_VALUE ? last : last + 1);
    }

    /** As {@link #between(long, long)}, for integers. */
    public int between(int low, int high) {
        return (int) between((long) low, (long) high);
    }

    /** True once in {@code odds} times on average; shrinks towards false. */
    public boolean oneIn(int odds) {
        return below((long) odds) == odds - 1L;
    }

    /** One of {@code values}; shrinks towards the first. */
    public <T> T pick(List<T> values) {
        return values.get(below(values.size()));
    }

    /** What was drawn so far. */
    long[] drawn() {
        return Arrays.copyOf(drawn, count);
    }
}
