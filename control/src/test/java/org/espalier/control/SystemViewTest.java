package org.espalier.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.espalier.base.CapQuota;
import org.espalier.base.Label;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.config.ConfigReader;
import org.espalier.config.ReadResult;
import org.espalier.config.XmlWriter;
import org.espalier.core.SystemState;
import org.espalier.kernel.spi.RunningKernel.Quarantined;
import org.junit.jupiter.api.Test;

/** A view arrives as it was sent. */
final class SystemViewTest {
    private static final Quotas QUOTAS =
            new Quotas(new RamQuota(8192), new RamQuota(4096), new CapQuota(20), new CapQuota(7));

    private static SystemView sent(String fault) {
        SystemState state = new SystemState(
                List.of(
                        new SystemState.Domain(
                                1,
                                new Label("core"),
                                true,
                                true,
                                QUOTAS,
                                "",
                                2,
                                Optional.of(Duration.ofNanos(5)),
                                Optional.empty()),
                        new SystemState.Domain(
                                2,
                                new Label("init"),
                                true,
                                true,
                                QUOTAS,
                                fault,
                                0,
                                Optional.empty(),
                                Optional.of(new RamQuota(12345))),
                        new SystemState.Domain(
                                3,
                                new Label("init -> <a> & \"b\""),
                                false,
                                false,
                                QUOTAS,
                                "",
                                0,
                                Optional.empty(),
                                Optional.empty())),
                3,
                List.of(new Quarantined("init -> x", "ep", 17)));
        return SystemView.of(42, "hello", "hw", Duration.ofSeconds(9), state, Optional.empty());
    }

    private static SystemView received(SystemView view) {
        return received(XmlWriter.write(view.node()));
    }

    private static SystemView received(String text) {
        return switch (ConfigReader.read("view", text)) {
            case ReadResult.Parsed parsed -> SystemView.of(parsed.root());
            case ReadResult.Malformed malformed -> throw new AssertionError(malformed.toString());
        };
    }

    @Test
    void whatIsSentIsReceived() {
        SystemView view = sent("line\nnext\u0000\u001b[2J ü 🌳");
        assertThat(received(view)).isEqualTo(view);
        assertThat(view.components())
                .extracting(SystemView.Component::state)
                .containsExactly(SystemView.State.RUNNING, SystemView.State.FAULTED, SystemView.State.CREATED);
    }

    @Test
    void whoIsTrustedIsToldAndWhereNothingIsToldNothingIsKnown() {
        SystemView view = sent("");
        assertThat(received(view).components())
                .extracting(SystemView.Component::trusted)
                .containsExactly(Optional.of(true), Optional.of(true), Optional.of(false));
        String older = XmlWriter.write(view.node()).replaceAll(" trusted=\"(yes|no)\"", "");
        assertThat(received(older).components())
                .extracting(SystemView.Component::trusted)
                .containsExactly(Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void memoryOfTheHostIsToldWhereItIsKnown() {
        assertThat(received(sent("")).components())
                .extracting(SystemView.Component::hostMemory)
                .containsExactly(Optional.empty(), Optional.of(new RamQuota(12345)), Optional.empty());
    }

    @Test
    void halvesOfSurrogatePairsInAFaultAreReplaced() {
        assertThat(received(sent("a\ud800b")).components().get(1).fault()).isEqualTo("a?b");
    }
}
