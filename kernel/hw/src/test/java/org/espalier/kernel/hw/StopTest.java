package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.espalier.fixture.Looper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a component loops in, its end ends it. */
final class StopTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "endless",
                "counted",
                "catch all",
                "finally continue",
                "finally return",
                "nested finally",
                "recursion",
                "lambda in a stream",
                "array copy",
                "lock held",
                "monitor in a handler",
                "initializer",
                "switch backwards",
                "exceptions alone",
                "wait",
                "wait again"
            })
    void aComponentThatNeverComesBackIsStoppedWhenItIsKilled(String act) throws InterruptedException {
        try (Machine machine = new Machine()) {
            Parentage.Child child = new Parentage(machine)
                    // Trusted: it does what no verifier lets through, too.
                    .start(Jars.of(Looper.class, Map.of("act.txt", act.getBytes(StandardCharsets.UTF_8))), true);
            child.lines(1);
            assertThat(child.log()).containsExactly("does " + act);
            // Until its loop is compiled.
            TimeUnit.MILLISECONDS.sleep(500);
            assertThat(machine.kernel.threads()).isEqualTo(1);

            long begin = System.nanoTime();
            machine.kernel.destroyDomain(child.number());
            long destroyed = System.nanoTime();
            Machine.await("no thread is left", () -> machine.kernel.threads() == 0);
            long stopped = System.nanoTime();

            Machine.await(
                    "the quarantine is empty", () -> machine.kernel.quarantine().isEmpty());
            assertThat(child.log()).containsExactly("does " + act);
            System.out.printf(
                    "%s: destroyed in %.2f ms, stopped after %.2f ms%n",
                    act, (destroyed - begin) / 1e6, (stopped - begin) / 1e6);
        }
    }
}
