package org.espalier.os.test;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The component test-init with a stand-in for the init under test: one reports a state, another logs. */
final class StepsTest {
    private static final String SERVERS = """
            <start name='report_rom'>
              <provides> <service name='Report'/> <service name='ROM'/> </provides>
              <config>
                <policy label='test-init -> state' report='reporter -> state'/>
                <policy label='rom_reader -> config' report='test-init -> init.config'/>
              </config>
            </start>
            """;

    private static String test(String steps) {
        return """
                <start name='test-init'>
                  <provides> <service name='LOG'/> </provides>
                  <route>
                    <service name='Report'> <child name='report_rom'/> </service>
                    <service name='ROM' label='state'> <child name='report_rom'/> </service>
                    <any-service> <parent/> </any-service>
                  </route>
                  <config>%s</config>
                </start>
                """.formatted(steps);
    }

    private static String state(String text) {
        return """
                <start name='reporter'>
                  <route> <service name='Report'> <child name='report_rom'/> </service> <any-service> <parent/> </any-service> </route>
                  <config> <report name='state' text='%s'/> </config>
                </start>
                """.formatted(text.replace("<", "&lt;"));
    }

    private static String logging(String name, String steps) {
        return """
                <start name='%s'>
                  <binary name='dummy'/>
                  <route> <service name='LOG'> <child name='test-init'/> </service> <any-service> <parent/> </any-service> </route>
                  <config> %s </config>
                </start>
                """.formatted(name, steps);
    }

    @Test
    void stateThatDoesNotMatchIsToldOfAndTheNextIsWaitedFor() {
        String steps = test("<expect_init_state> <node name='child'> <attribute name='id' value='2'/> </node>"
                + " </expect_init_state> <message string='matched'/>");
        try (TestSystem system = new TestSystem(SERVERS + steps)) {
            system.awaitLine("[init -> test-init] Warning: init state does not match: config.xml:22:31: <empty> is to"
                    + " have a <child> that meets what is inside, and none of its 0 does");
            system.reconfigure(SERVERS + steps + state("<state> <child id=\"1\"/> </state>"));
            system.awaitLine("[init -> test-init] Warning: init state does not match: config.xml:22:51: attribute ‘id’"
                    + " of <child>: expected ‘2’, found ‘1’");
            system.reconfigure(SERVERS + steps);
            system.awaitGone("init -> reporter");
            system.reconfigure(SERVERS + steps + state("<state> <child id=\"1\"/> <child id=\"2\"/> </state>"));
            system.awaitLine("[init -> test-init] --- matched ---");
            system.awaitLine("[init] child ‘test-init’ exited with exit value 0");
        }
    }

    @Test
    void linesThatFollowEachOtherAreAllSeen() {
        StringBuilder lines = new StringBuilder();
        StringBuilder steps = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            lines.append("<log string='line ").append(i).append("'/>");
            steps.append("<expect_log string='[a] line ").append(i).append("'/> <nop/> <message string='m'/>");
        }
        try (TestSystem system = new TestSystem(SERVERS + test(steps.toString()) + logging("a", lines.toString()))) {
            system.awaitLine("[init] child ‘test-init’ exited with exit value 0");
            assertThat(system.lines()).contains("[init -> test-init] [a] line 49 (expected)");
        }
    }

    @Test
    void listWithAMistakeIsNotBegun() {
        try (TestSystem system = new TestSystem(SERVERS + test("<message string='no'/> <expect_lo string='a'/>"))) {
            system.awaitLine(
                    "[init -> test-init] Warning: config.xml:22:34: unknown node <expect_lo>; did you mean <expect_log>?");
            system.awaitLine(
                    "[init -> test-init] Error: no step is done, because there are mistakes in the list of steps");
            system.awaitLine("[init] child ‘test-init’ exited with exit value 1");
            assertThat(system.lines()).doesNotContain("[init -> test-init] --- no ---");
        }
    }

    @Test
    void clientThatFloodsTheLogHarmsNoStep() {
        String flood = """
                <start name='LogFlood' ram='16M' caps='1000'>
                  <route> <service name='LOG'> <child name='test-init'/> </service> <any-service> <parent/> </any-service> </route>
                </start>
                """;
        String steps = test("<expect_log string='[LogFlood] all was tried'/>");
        try (TestSystem system = new TestSystem(SERVERS + steps + flood)) {
            system.awaitLine("[init -> test-init] [LogFlood] all was tried (expected)");
            system.awaitLine("[init] child ‘test-init’ exited with exit value 0");
        }
    }
}
