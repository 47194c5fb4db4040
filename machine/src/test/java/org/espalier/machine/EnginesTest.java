package org.espalier.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Engines are had by name, and what cannot be had is said. */
final class EnginesTest {
    private static Engines.Opening open(String name) {
        try (PhysicalMemory memory = PhysicalMemory.allocate(16L * Frame.BYTES)) {
            Engines.Opening opening = Engines.open(name, memory);
            if (opening instanceof Engines.Opening.Opened opened) {
                opened.engine().close();
            }
            return opening;
        }
    }

    @Test
    void engineIsOpenedByItsName() {
        assertThat(open("ptrace"))
                .isInstanceOfSatisfying(
                        Engines.Opening.Opened.class,
                        opened -> assertThat(opened.engine().name()).isEqualTo("ptrace"));
    }

    @Test
    void nameThatThereIsNoneOfIsAnsweredWithThoseThatThereAre() {
        assertThat(open("tcg")).isEqualTo(new Engines.Opening.Unknown("tcg", List.of("ptrace", "kvm", "best")));
    }

    @Test
    void engineThatCannotBeHadIsMissingForTheReasonThatItsProbeGives() {
        Engines.Probe probe = Engines.probeKvm();
        switch (open("kvm")) {
            case Engines.Opening.Opened opened -> {
                assertThat(opened.engine().name()).isEqualTo("kvm");
                assertThat(probe).isEqualTo(new Engines.Probe.Works("kvm"));
            }
            case Engines.Opening.Missing missing ->
                assertThat(probe).isEqualTo(new Engines.Probe.Missing("kvm", missing.reason()));
            case Engines.Opening.Unknown unknown -> throw new AssertionError(unknown.toString());
        }
    }

    @Test
    void bestEngineIsOneThatWorks() {
        assertThat(open(Engines.BEST))
                .isInstanceOfSatisfying(
                        Engines.Opening.Opened.class,
                        opened -> assertThat(Engines.probe())
                                .contains(
                                        new Engines.Probe.Works(opened.engine().name())));
    }
}
