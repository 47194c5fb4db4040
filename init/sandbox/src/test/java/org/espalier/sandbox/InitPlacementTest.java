package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.espalier.base.Parameters;
import org.espalier.base.Placement;
import org.espalier.base.Placement.Range;
import org.junit.jupiter.api.Test;

/** Priorities, affinities and heartbeats as a configuration gives them to children. */
final class InitPlacementTest {
    private static Placement placement(String config, String start) {
        InitConfig init = Configs.read(config, start, "</config>");
        assertThat(init.notices()).isEmpty();
        return init.children().getFirst().placement();
    }

    @Test
    void aChildWithoutAnythingHasAllThatTheHostHas() {
        assertThat(placement("<config>", "<start name=\"x\" ram=\"1M\" caps=\"9\"/>"))
                .isEqualTo(Placement.WHOLE);
    }

    @Test
    void prioritiesDivideTheRangeOfTheHost() {
        assertThat(placement("<config prio_levels=\"4\">", "<start name=\"x\" ram=\"1M\" caps=\"9\" priority=\"-3\"/>")
                        .priority())
                .isEqualTo(new Range(3 << 14, 1 << 14));
    }

    @Test
    void anAffinityIsAPartOfTheSpace() {
        Placement placement = placement(
                "<config> <affinity-space width=\"4\" height=\"2\"/>",
                "<start name=\"x\" ram=\"1M\" caps=\"9\"> <affinity xpos=\"1\" ypos=\"1\" width=\"2\"/> </start>");
        assertThat(placement.x()).isEqualTo(new Range(1 << 14, 1 << 15));
        assertThat(placement.y()).isEqualTo(new Range(1 << 15, 1 << 15));
    }

    @Test
    void partsOfPartsStayInsideAndPartsOfThirdsMeet() {
        Placement outer = new Placement(Range.part(1, 1, 2), Range.part(2, 1, 3), Range.part(0, 1, 1));
        Placement inner = new Placement(Range.part(3, 1, 4), Range.part(0, 2, 3), Range.part(1, 1, 2));
        assertThat(inner.within(outer).priority()).isEqualTo(new Range(65536 * 7 / 8, 65536 / 8));
        assertThat(inner.within(outer).y()).isEqualTo(new Range(1 << 15, 1 << 15));
        Range last = Range.part(2, 1, 3);
        assertThat(last.start() + last.span()).isEqualTo(Range.UNITS);
        assertThat(Range.part(0, 1, 3).span()).isEqualTo(Range.part(1, 1, 3).start());
        Range least = new Range(Range.UNITS - 1, 1);
        assertThat(least.within(least)).isEqualTo(least);
    }

    @Test
    void aPlacementTravelsAsParametersAndWhatMakesNoSenseMeansAll() {
        Placement placement = new Placement(Range.part(1, 1, 2), Range.part(2, 1, 3), Range.part(0, 1, 1));
        assertThat(Placement.of(placement.parameters())).isEqualTo(placement);
        Parameters others = Parameters.NONE.with("cpu", 20);
        assertThat(Placement.of(placement.addTo(others))).isEqualTo(placement);
        assertThat(new Placement(Range.part(1, 1, 2), Placement.WHOLE.x(), Placement.WHOLE.y()).addTo(others))
                .hasToString("cpu=20, priority=32768+32768");
        assertThat(Placement.WHOLE.addTo(others)).hasToString("cpu=20");
        for (String text : List.of("priority=7", "priority=+", "priority=0+0", "priority=-1+5", "priority=65536+1")) {
            assertThat(Placement.of(Parameters.parse(text))).isEqualTo(Placement.WHOLE);
        }
    }

    @Test
    void anAffinityWithoutASpaceIsToldByItsPlaceAndInGenodesWords() {
        InitConfig init = InitConfig.of(Configs.parse(
                "<config>", "<start name=\"x\" ram=\"1M\" caps=\"9\"> <affinity xpos=\"3\"/> </start> </config>"));
        assertThat(init.children().getFirst().placement()).isEqualTo(Placement.WHOLE);
        assertThat(init.notices())
                .extracting(InitConfig.Notice::toString)
                .containsExactlyInAnyOrder(
                        "affinity-space configuration missing, but affinity defined for child x",
                        "init.config:2:36: without an <affinity-space> this <affinity> has no effect");
    }

    @Test
    void whatDoesNotExistIsToldAndLeftOut() {
        InitConfig init = InitConfig.of(Configs.parse(
                "<config prio_levels=\"3\">",
                "<affinity-space width=\"2\"/>",
                "<start name=\"x\" ram=\"1M\" caps=\"9\" priority=\"-1\">",
                "<affinity xpos=\"2\"/>",
                "<heartbeat restart_after_skipped=\"0\"/>",
                "</start> <heartbeat/> </config>"));
        assertThat(init.children().getFirst().placement()).isEqualTo(Placement.WHOLE);
        assertThat(init.notices())
                .extracting(InitConfig.Notice::toString)
                .containsExactly(
                        "init.config:1:9: ‘prio_levels’ is 3 and must be a power of two; all children have one priority",
                        "init.config:3:35: ‘priority’ of <start> is -1, and can be 0 to 0; it is left out",
                        "init.config:4:11: ‘xpos’ of <affinity> is 2, and can be 0 to 1; it is left out",
                        "init.config:5:12: ‘restart_after_skipped’ of <heartbeat> is 0, and can be 1 to 1000000; it is left out",
                        "init.config:6:10: a heartbeat has a rate_ms; without one nobody is asked for a sign of life");
    }

    @Test
    void aHeartbeatHasARateAndAnswersToItsAbsence() {
        InitConfig init = Configs.read(
                "<config> <heartbeat rate_ms=\"100\"/>",
                "<start name=\"x\" ram=\"1M\" caps=\"9\"> <heartbeat report_after_skipped=\"2\" restart_after_skipped=\"5\"/> </start>",
                "<start name=\"y\" ram=\"1M\" caps=\"9\"> <heartbeat/> </start>",
                "<start name=\"z\" ram=\"1M\" caps=\"9\"/>",
                "</config>");
        assertThat(init.notices()).isEmpty();
        assertThat(init.heartbeat()).contains(Duration.ofMillis(100));
        assertThat(init.children())
                .extracting(ChildSpec::heartbeat)
                .containsExactly(
                        Optional.of(new ChildSpec.Heartbeat(2, 5)),
                        Optional.of(new ChildSpec.Heartbeat(1, 0)),
                        Optional.empty());
    }
}
