package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.base.Limits;
import org.espalier.base.Parameters;
import org.junit.jupiter.api.Test;

/** What the threads of a child may take, as a configuration says it. */
final class InitLimitsTest {
    private static final long NONE = Limits.UNLIMITED;

    private static InitConfig read(String limits) {
        return Configs.read(
                "<config>", "<start name=\"x\" ram=\"1M\" caps=\"9\"> " + limits + " </start>", "</config>");
    }

    private static Limits limits(String text) {
        InitConfig init = read(text);
        assertThat(init.notices()).isEmpty();
        return init.children().getFirst().limits();
    }

    @Test
    void aChildHasTheLimitsThatAreWritten() {
        assertThat(limits("")).isEqualTo(Limits.NONE);
        assertThat(limits("<limits/>")).isEqualTo(Limits.NONE);
        assertThat(limits("<limits cpu=\"50\" heap_rate=\"10M\" heap_total=\"1G\" threads=\"4\"/>"))
                .isEqualTo(new Limits(50, 10 << 20, 1 << 30, 4));
        assertThat(limits("<limits threads=\"0\" heap_total=\"0\"/>")).isEqualTo(new Limits(NONE, NONE, 1, 0));
        assertThat(limits("<limits heap=\"16M\"/>")).isEqualTo(new Limits(NONE, NONE, NONE, NONE, false, 16 << 20));
    }

    @Test
    void aChildWhoseLimitsHaveAMistakeIsNotStarted() {
        InitConfig init = InitConfig.of(Configs.parse(
                "<config>",
                "<start name=\"x\" ram=\"1M\" caps=\"9\"> <limits cpu=\"0\" threads=\"-1\" heap_rate=\"much\"/> </start>",
                "</config>"));
        assertThat(init.children()).isEmpty();
        assertThat(Configs.notices(init))
                .containsExactly(
                        "init.config:2:36: limits of child ‘x’ have a mistake; it is not started",
                        "init.config:2:44: ‘cpu’ of <limits> is 0, and can be 1 to 100000; it is left out",
                        "init.config:2:52: ‘threads’ of <limits> is -1, and can be 0 to 1000000; it is left out",
                        "init.config:2:65: attribute ‘heap_rate’ of <limits>: expected a size such as 4M, found"
                                + " ‘much’; it is left out");
    }

    @Test
    void aMisspeltLimitDoesNotLetAChildRunWithoutIt() {
        InitConfig init = InitConfig.of(Configs.parse(
                "<config>", "<start name=\"x\" ram=\"1M\" caps=\"9\"> <limits cpi=\"50\"/> </start>", "</config>"));
        assertThat(init.children()).isEmpty();
        assertThat(Configs.notices(init))
                .containsExactly(
                        "init.config:2:36: limits of child ‘x’ have a mistake; it is not started",
                        "init.config:2:44: unknown attribute ‘cpi’ of <limits>; did you mean ‘cpu’?");
    }

    @Test
    void noChildHasWiderLimitsThanItsParentAndLimitsTravelAsParameters() {
        Limits outer = new Limits(50, NONE, 100, 3);
        Limits inner = new Limits(80, 7, NONE, 2);
        assertThat(inner.within(outer)).isEqualTo(new Limits(50, 7, 100, 2));
        Limits heap = new Limits(NONE, NONE, NONE, NONE, false, 16 << 20);
        assertThat(heap.within(outer)).isEqualTo(new Limits(50, NONE, 100, 3, false, 16 << 20));
        assertThat(heap.within(new Limits(NONE, NONE, NONE, NONE, false, 8 << 20))
                        .heap())
                .isEqualTo(8 << 20);
        for (Limits limits : List.of(outer, inner, heap, Limits.NONE)) {
            assertThat(Limits.of(limits.parameters())).isEqualTo(limits);
        }
        assertThat(Limits.of(Parameters.parse("cpu=x, threads=-1, heap_rate=0")))
                .isEqualTo(new Limits(NONE, 1, NONE, NONE));
    }

    @Test
    void throttlingIsALimitOfProcessorTimeAndFollowsTheLowerOne() {
        assertThat(limits("<limits cpu=\"50\" throttle=\"yes\"/>")).isEqualTo(new Limits(50, NONE, NONE, NONE, true));
        InitConfig init = InitConfig.of(Configs.parse(
                "<config>",
                "<start name=\"x\" ram=\"1M\" caps=\"9\"> <limits throttle=\"yes\"/> </start>",
                "</config>"));
        assertThat(init.children()).isEmpty();
        assertThat(Configs.notices(init))
                .containsExactly(
                        "init.config:2:36: ‘throttle’ of <limits> is for a limit of ‘cpu’, and there is none",
                        "init.config:2:36: limits of child ‘x’ have a mistake; it is not started");
        Limits stops = new Limits(50, NONE, NONE, NONE);
        for (long cpu : new long[] {49, 50, 51}) {
            Limits throttles = new Limits(cpu, NONE, NONE, NONE, true);
            assertThat(Limits.of(throttles.parameters())).isEqualTo(throttles);
            assertThat(throttles.within(Limits.NONE)).isEqualTo(throttles);
            assertThat(Limits.NONE.within(throttles)).isEqualTo(throttles);
            assertThat(throttles.within(throttles)).isEqualTo(throttles);
            assertThat(throttles.within(stops)).isEqualTo(stops.within(throttles));
            assertThat(throttles.within(stops)).isEqualTo(cpu < 50 ? throttles : stops);
        }
    }

    @Test
    void aChildWithOtherLimitsStartsAnew() {
        ChildSpec before = read("").children().getFirst();
        assertThat(before.startsAnewAs(read("<limits cpu=\"50\"/>").children().getFirst()))
                .isTrue();
        assertThat(before.startsAnewAs(read("<limits/>").children().getFirst())).isFalse();
    }
}
