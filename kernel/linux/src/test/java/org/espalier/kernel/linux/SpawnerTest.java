package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a program that is started shares with this process. */
final class SpawnerTest {
    private static final int SIGKILL = 9;
    private static final int P_PID = 1;
    private static final int WEXITED = 4;

    @BeforeEach
    void onThisHost() {
        Hosts.assumeConfinement();
    }

    /** Ctrl-C in a terminal is a signal to a whole group: components would end before the kernel that ends them in order. */
    @Test
    void aProgramIsInAGroupOfItsOwn() throws IOException {
        try (Spawner spawner = new Spawner();
                Descriptor process = spawner.spawn(List.of("/bin/sleep", "60"), List.of())) {
            long pid = ConfinedProcess.numberOf(process);
            try {
                assertThat(Files.readString(Path.of("/proc/" + pid + "/stat")).replaceAll("^.*\\) ", ""))
                        .matches("\\w \\d+ " + pid + " (?s:.*)");
            } finally {
                process.demand(SystemCall.PIDFD_SEND_SIGNAL, SIGKILL, 0);
                Host.demand(SystemCall.WAITID, P_PID, pid, 0, WEXITED, 0, 0);
            }
        }
    }
}
