package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.espalier.kernel.spi.RunningKernel.Activity;
import org.junit.jupiter.api.Test;

/** What a process has of the host, where no group counts it. */
final class ProcessMemoryTest {
    @Test
    void pagesOfItsOwnAndTheirTablesCountAndNothingElse() throws IOException {
        assertThat(ProcessMemory.of(List.of(
                        "Name:\tRssAnon: 9 kB",
                        "VmRSS:\t   31000 kB",
                        "RssAnon:\t   20000 kB",
                        "RssFile:\t   11000 kB",
                        "RssShmem:\t       0 kB",
                        "VmPTE:\t     200 kB")))
                .isEqualTo(20200 * 1024);
    }

    @Test
    void ofAProcessThatHasEndedNothingIsKnown() {
        // What the host shows of one whose parent has not waited for it.
        assertThatThrownBy(() -> ProcessMemory.of(List.of("Name:\tstart", "State:\tZ (zombie)")))
                .isInstanceOf(IOException.class)
                .hasMessage("the process has ended");
    }

    @Test
    void aProcessWithoutAGroupTellsWhatItHasUntilItEnds() throws IOException {
        Hosts.assumeConfinement();
        try (Confinement confinement = new Confinement();
                MemoryFile program = MemoryFile.holding("attempts", Hosts.attempts())) {
            ConfinedProcess process = ((Start.Started) confinement
                            .prepare()
                            .begin(program, new Confinement.Limits(16, 1L << 30), Confinement.Budget.NONE))
                    .process();
            try (process) {
                assertThat(process.hostBytes()).isBetween(4096L, 8L << 20);
            }
            assertThat(process.hostBytes()).isEqualTo(Activity.UNKNOWN);
        }
    }
}
