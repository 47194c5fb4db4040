package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.base.Placement.Range;
import org.espalier.kernel.linux.ControlHierarchy.Controller;
import org.espalier.kernel.linux.Urgency.Means;
import org.junit.jupiter.api.Test;

/** What the host is told of priorities. */
final class UrgencyTest {
    /** Behind the name of the program. */
    private static final int NICE = 16;

    private static Urgency part(int first, int parts) {
        return Urgency.of(Range.part(first, 1, parts), Means.GROUP);
    }

    @Test
    void eachStepTakesAFifthOfTheWeight() {
        assertThat(Stream.of(0, 1, 2, 3).map(first -> part(first, 4).shares(0)))
                .containsExactly(1024L, 336L, 110L, 36L);
        assertThat(Stream.of(0, 1, 2, 3).map(first -> part(first, 4).weight(0))).containsExactly(100L, 33L, 11L, 4L);
        assertThat(Stream.of(0, 1, 2, 3).map(first -> part(first, 4).niceness()))
                .containsExactly(0, 5, 10, 15);
    }

    @Test
    void theLeastUrgentOnesHaveAWeightToo() {
        assertThat(part(1023, 1024).shares(0)).isEqualTo(12);
        assertThat(part(1023, 1024).weight(0)).isEqualTo(1);
        assertThat(part(1023, 1024).niceness()).isEqualTo(Niceness.LEAST);
        assertThat(part(1023, 1024).shares(Niceness.LEAST)).isEqualTo(2);
    }

    @Test
    void nobodyWeighsMoreThanWhoIsMoreUrgentAndTheEndOfARangeIsNotInIt() {
        List<Urgency> all = Stream.iterate(0, first -> first + 1)
                .limit(1024)
                .map(first -> part(first, 1024))
                .toList();
        for (int nice : new int[] {-20, 0, 10, 19}) {
            assertThat(all).isSortedAccordingTo((a, b) -> Long.compare(b.shares(nice), a.shares(nice)));
            assertThat(all).isSortedAccordingTo((a, b) -> Long.compare(b.weight(nice), a.weight(nice)));
        }
        assertThat(all).isSortedAccordingTo((a, b) -> Integer.compare(a.niceness(), b.niceness()));
    }

    @Test
    void besideTasksAGroupWeighsWhatATaskOfThatUrgencyWould() {
        assertThat(part(0, 4).shares(10)).isEqualTo(part(2, 4).shares(0));
        assertThat(part(0, 4).weight(10)).isEqualTo(part(2, 4).weight(0));
        assertThat(part(0, 4).shares(-20)).isEqualTo(88818);
    }

    @Test
    void whoIsAsUrgentAsCanBeNeedsNothing() {
        assertThat(part(0, 4).isLoweredBy(Means.GROUP)).isFalse();
        assertThat(part(1, 4).isLoweredBy(Means.GROUP)).isTrue();
        assertThat(part(1, 4).isLoweredBy(Means.NICE)).isFalse();
        assertThat(Urgency.of(Range.part(1, 1, 4), Means.NOTHING).isLoweredBy(Means.GROUP))
                .isFalse();
    }

    @Test
    void groupsAreTakenBeforeNiceValuesAndThoseOnlyWhereTheySaySomething() {
        assertThat(Means.of(Set.of(Controller.CPU), true)).isEqualTo(Means.GROUP);
        assertThat(Means.of(Set.of(Controller.CPU), false)).isEqualTo(Means.GROUP);
        assertThat(Means.of(Set.of(Controller.MEMORY), false)).isEqualTo(Means.NICE);
        assertThat(Means.of(Set.of(), true)).isEqualTo(Means.NOTHING);
    }

    @Test
    void theTableTellsWhatHoldsPrioritiesHere() {
        assertThat(EnforcementTable.priority(Means.GROUP).enforced()).isTrue();
        assertThat(EnforcementTable.priority(Means.GROUP).mechanism()).startsWith("by control group: ");
        assertThat(EnforcementTable.priority(Means.NICE).enforced()).isTrue();
        assertThat(EnforcementTable.priority(Means.NICE).mechanism())
                .startsWith("by nice values, as this host lets this process make no control group for it: ");
        assertThat(EnforcementTable.priority(Means.NOTHING).enforced()).isFalse();
        assertThat(EnforcementTable.priority(Means.NOTHING).mechanism())
                .isEqualTo(
                        "this host lets this process make no control group for it, and nice values say nothing between"
                                + " sandboxes until ‘sysctl kernel.sched_autogroup_enabled=0’: all are equally urgent");
    }

    // ---- on this host

    @Test
    void withoutGroupsAllThreadsOfAProcessAreLowered() throws IOException {
        Hosts.assumeConfinement();
        Confinement.Budget budget = new Confinement.Budget(
                Confinement.Budget.UNLIMITED,
                Integer.MAX_VALUE,
                Confinement.Budget.UNLIMITED,
                Urgency.of(Range.part(1, 1, 4), Means.NICE));
        int lowered = Math.min(Niceness.LEAST, Niceness.own() + 5);
        try (Confinement confinement = new Confinement();
                MemoryFile program = MemoryFile.holding("attempts", Hosts.attempts());
                ConfinedProcess process = ((Start.Started)
                                confinement.prepare().begin(program, new Confinement.Limits(16, 1L << 30), budget))
                        .process()) {
            assertThat(niceValues(process.confined())).isNotEmpty().containsOnly(lowered);
        }
    }

    @Test
    void aProcessThatHasEndedIsNotLowered() {
        assertThatThrownBy(() -> Niceness.lower(Integer.MAX_VALUE, 1))
                .isInstanceOf(HostException.class)
                .hasMessage("The host refused setpriority: No such process.");
    }

    private static List<Integer> niceValues(long process) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process + "/task"))) {
            return threads.map(UrgencyTest::niceValue).toList();
        }
    }

    private static int niceValue(Path thread) {
        try {
            String state = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
            List<String> fields =
                    List.of(state.substring(state.lastIndexOf(')') + 2).split(" "));
            return Integer.parseInt(fields.get(NICE));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
