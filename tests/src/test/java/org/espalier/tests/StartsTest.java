package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.tests.Running.HEAD;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Children begin a few at a time: what holds of those whose turn has not come. */
final class StartsTest {
    private static String hello(int number) {
        return "<start name=\"a" + number + "\"> <binary name=\"hello\"/> </start>\n";
    }

    private static String hellos(int from, int to) {
        return IntStream.range(from, to).mapToObj(StartsTest::hello).collect(Collectors.joining());
    }

    private static long said(Running running, int number) {
        return running.count("[init -> a" + number + "] Hello from*");
    }

    @Test
    void aConfigurationThatComesWhileChildrenBeginLosesNoneAndBeginsNoneTwice() {
        try (Running running = Running.start(hellos(0, 40))) {
            assertThat(running.system.reconfigure("second.xml", HEAD + hellos(20, 60) + "</config>"))
                    .isEmpty();
            assertThat(running.system.reconfigure("third.xml", HEAD + hellos(10, 50) + "</config>"))
                    .isEmpty();
            IntStream.range(10, 50).forEach(number -> running.awaits("[init -> a" + number + "] Hello from*"));
            // These were in all three configurations; whoever was taken out may have begun before, and again later.
            assertThat(IntStream.range(20, 40).map(number -> (int) said(running, number)))
                    .containsOnly(1);
            assertThat(running.system.state().domains().size()).isEqualTo(2 + 40);
        }
    }

    @Test
    void aSystemThatEndsWhileChildrenBeginLeavesNothing() {
        for (int round = 0; round < 5; round++) {
            Running running = Running.start(hellos(0, 40));
            running.close();
            assertThat(running.system.state().domains()).isEmpty();
        }
    }

    @Test
    void whoAsksForMoreDoesNotGetWhatAChildThatIsStillToBeginIsToHave() {
        String asks = """
                <start name="asks" ram="1M"> <binary name="lifetimes"/>
                  <config role="requester" granted="40M" refused="100G"/>
                </start>
                """;
        String heirs = IntStream.range(0, 6)
                .mapToObj(number -> "<start name=\"a" + number + "\" ram=\"8M\"> <binary name=\"hello\"/> </start>\n")
                .collect(Collectors.joining());
        try (Running running = Running.start(asks + heirs)) {
            running.awaits("[init] child ‘asks’ requests resources: *");
            IntStream.range(0, 6).forEach(number -> running.awaits("[init -> a" + number + "] Hello from*"));
            assertThat(running.count("*are not available*")).isZero();
            assertThat(running.count("*is available and given to it")).isZero();
        }
    }
}
