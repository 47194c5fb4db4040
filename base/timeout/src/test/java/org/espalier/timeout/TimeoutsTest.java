package org.espalier.timeout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.espalier.testkit.ForAll;
import org.espalier.testkit.Gen;
import org.junit.jupiter.api.Test;

final class TimeoutsTest {
    private static final long LATEST = 1000;

    private final Timeouts<String> timeouts = new Timeouts<>(LATEST);

    private List<String> expired(long now) {
        List<String> due = new ArrayList<>();
        timeouts.expire(now, due::add);
        return due;
    }

    @Test
    void expireInOrderOfDeadlinesThenOfSetting() {
        timeouts.once("b", 0, 20);
        timeouts.once("a", 0, 10);
        timeouts.once("d", 0, 20);
        timeouts.once("c", 0, 20);
        assertThat(timeouts.earliest()).hasValue(10);
        assertThat(expired(9)).isEmpty();
        assertThat(expired(20)).containsExactly("a", "b", "d", "c");
        assertThat(timeouts.earliest()).isEmpty();
    }

    @Test
    void ownerHasOneTimeoutOnly() {
        timeouts.periodic("a", 0, 10);
        timeouts.once("a", 0, 30);
        assertThat(expired(29)).isEmpty();
        assertThat(expired(30)).containsExactly("a");
        assertThat(expired(LATEST)).isEmpty();
    }

    @Test
    void periodKeepsItsPhaseAndMissedOnesCoalesce() {
        timeouts.periodic("a", 3, 10);
        assertThat(expired(13)).containsExactly("a");
        assertThat(expired(45)).containsExactly("a");
        assertThat(timeouts.earliest()).hasValue(53);
        assertThat(expired(53)).containsExactly("a");
        assertThat(timeouts.earliest()).hasValue(63);
    }

    @Test
    void cancelledTimeoutTellsNobody() {
        timeouts.periodic("a", 0, 10);
        timeouts.cancel("a");
        timeouts.cancel("a");
        assertThat(expired(LATEST)).isEmpty();
    }

    @Test
    void timeThatCannotBeIsRefusedAndChangesNothing() {
        timeouts.once("a", 0, 10);
        assertThat(timeouts.once("a", 5, -1)).isFalse();
        assertThat(timeouts.once("a", 5, LATEST - 4)).isFalse();
        assertThat(timeouts.once("a", 5, Long.MAX_VALUE)).isFalse();
        assertThat(timeouts.periodic("a", 5, 0)).isFalse();
        assertThat(timeouts.periodic("a", 5, Long.MIN_VALUE)).isFalse();
        assertThat(timeouts.earliest()).hasValue(10);
        assertThat(timeouts.once("a", 5, LATEST - 5)).isTrue();
        assertThat(timeouts.earliest()).hasValue(LATEST);
    }

    @Test
    void periodThatLeavesAllTimeEnds() {
        timeouts.periodic("a", 0, 600);
        assertThat(expired(600)).containsExactly("a");
        assertThat(timeouts.earliest()).isEmpty();
    }

    private sealed interface Step {
        record Once(int owner, long delay) implements Step {}

        record Periodic(int owner, long period) implements Step {}

        record Cancel(int owner) implements Step {}

        record Pass(long time) implements Step {}
    }

    /** The same by looking through a list, one unit of time after the other. */
    private static final class Model {
        private record Entry(int owner, long deadline, long period, long set) {}

        private final List<Entry> entries = new ArrayList<>();
        private long settings;

        void set(int owner, long now, long delay, long period) {
            if (delay >= 0 && delay <= LATEST - now) {
                cancel(owner);
                entries.add(new Entry(owner, now + delay, period, settings++));
            }
        }

        void cancel(int owner) {
            entries.removeIf(entry -> entry.owner() == owner);
        }

        OptionalLong earliest() {
            return entries.stream().mapToLong(Entry::deadline).min();
        }

        List<Integer> expire(long now) {
            List<Entry> due = entries.stream()
                    .filter(entry -> entry.deadline() <= now)
                    .sorted(Comparator.comparingLong(Entry::deadline).thenComparingLong(Entry::set))
                    .toList();
            for (Entry entry : due) {
                entries.remove(entry);
                if (entry.period() > 0) {
                    long next = entry.deadline();
                    while (next <= now) {
                        next += entry.period();
                    }
                    if (next <= LATEST) {
                        entries.add(new Entry(entry.owner(), next, entry.period(), settings++));
                    }
                }
            }
            return due.stream().map(Entry::owner).toList();
        }
    }

    @Test
    void anyOperationsDoWhatTheListDoes() {
        Gen<Long> time = Gen.longs(-2, 60);
        Gen<Step> step = choices -> switch (choices.below(4)) {
            case 0 -> new Step.Pass(choices.between(0, 40));
            case 1 -> new Step.Once(choices.below(5), time.from(choices));
            case 2 -> new Step.Periodic(choices.below(5), time.from(choices));
            default -> new Step.Cancel(choices.below(5));
        };
        ForAll.forAll(Gen.lists(step, 120), 3000, steps -> {
            Timeouts<Integer> real = new Timeouts<>(LATEST);
            Model model = new Model();
            long now = 0;
            for (Step next : steps) {
                switch (next) {
                    case Step.Once(int owner, long delay) -> {
                        real.once(owner, now, delay);
                        model.set(owner, now, delay, 0);
                    }
                    case Step.Periodic(int owner, long period) -> {
                        real.periodic(owner, now, period);
                        if (period > 0) {
                            model.set(owner, now, period, period);
                        }
                    }
                    case Step.Cancel(int owner) -> {
                        real.cancel(owner);
                        model.cancel(owner);
                    }
                    case Step.Pass(long passed) -> {
                        now = Math.min(LATEST, now + passed);
                        List<Integer> told = new ArrayList<>();
                        real.expire(now, told::add);
                        assertThat(told).isEqualTo(model.expire(now));
                    }
                }
                assertThat(real.earliest()).isEqualTo(model.earliest());
            }
        });
    }
}
