package org.espalier.testkit;

import org.jspecify.annotations.Nullable;

/**
 * Checks a rule on many random values and reports the smallest value that breaks it.
 *
 * <p>Trial <i>n</i> uses the seed of the run plus <i>n</i>. The report names the seed of the trial that failed, so a run
 * with {@code -Despalier.seed=}<i>that seed</i> fails in its first trial. Without that system property every run takes a
 * new seed.
 *
 * <p>No state is kept between calls; tests that use this may run in parallel.
 */
public final class ForAll {

    /** The system property that fixes the seed. */
    public static final String SEED_PROPERTY = "espalier.seed";

    private ForAll() {}

    /**
     * Checks {@code property} on {@code trials} values of {@code gen}.
     *
     * @throws AssertionError at the first value that breaks the rule, after shrinking; the cause is what the property
     *     threw for the smallest value
     */
    public static <T> void forAll(Gen<T> gen, int trials, Property<T> property) {
        forAll(gen, trials, seed(), property);
    }

    /** As {@link #forAll(Gen, int, Property)}, with a seed that no system property overrides. */
    public static <T> void forAll(Gen<T> gen, int trials, long seed, Property<T> property) {
        for (int trial = 0; trial < trials; trial++) {
            Choices choices = Choices.seeded(seed + trial);
            T value = gen.from(choices);
            Throwable failure = failure(property, value);
            if (failure != null) {
                Shrinker<T> shrinker = new Shrinker<>(gen, property, choices, new Shrinker.Broken<>(value, failure));
                throw report(seed + trial, trial + 1, trials, value, shrinker.smallest());
            }
        }
    }

    /** What {@code property} throws for {@code value}, or null if the rule holds. */
    static <T> @Nullable Throwable failure(Property<T> property, T value) {
        try {
            property.check(value);
            return null;
        } catch (Throwable thrown) { // a StackOverflowError, too, is a finding to shrink
            return thrown;
        }
    }

    private static <T> AssertionError report(
            long seed, int trial, int trials, T original, Shrinker.Broken<T> smallest) {
        return new AssertionError(
                "The property fails in trial %d of %d; repeat it with -D%s=%d\n  smallest value: %s\n  drawn value:    %s\n  %s"
                        .formatted(
                                trial,
                                trials,
                                SEED_PROPERTY,
                                seed,
                                Shown.of(smallest.value()),
                                Shown.of(original),
                                smallest.failure()),
                smallest.failure());
    }

    private static long seed() {
        String fixed = System.getProperty(SEED_PROPERTY);
        if (fixed == null || fixed.isBlank()) {
            return System.nanoTime();
        }
        try {
            return Long.parseLong(fixed.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "The system property " + SEED_PROPERTY + " must be a whole number, but it is '" + fixed + "'.", e);
        }
    }
}
