package org.espalier.os.test;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.base.Quotas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a client does, its server goes on, and has all of its own when the client is gone. */
final class HostileClientTest {
    private static final String TIMER = "<start name='timer'><provides><service name='Timer'/></provides></start>";
    /** As long as this is in its configuration report_rom keeps the attacker's last report. */
    private static final String ATTACKER_POLICY = "<policy label_prefix='ReportFlood' report='ReportFlood -> state'/>";

    private static final String REPORT_ROM = """
            <start name='report_rom'>
              <provides> <service name='Report'/> <service name='ROM'/> </provides>
              <route> <any-service> <parent/> </any-service> </route>
              <config>
                %s
                <policy label_prefix='DeepCalls' report='reporter -> state'/>
                <policy label_prefix='rom_reader' report='reporter -> state'/>
              </config>
            </start>
            """.formatted(ATTACKER_POLICY);
    private static final String LOG_SERVER = """
            <start name='log_server'>
              <binary name='dummy'/> <provides> <service name='LOG'/> </provides>
              <route> <any-service> <parent/> </any-service> </route>
              <config> <log_service/> </config>
            </start>
            """;

    private static String client(String name, String config) {
        return """
                <start name='%s' ram='16M' caps='%d'>
                  <route>
                    <service name='Timer'> <child name='timer'/> </service>
                    <service name='Report'> <child name='report_rom'/> </service>
                    <service name='ROM' label='state'> <child name='report_rom'/> </service>
                    <service name='LOG' label_prefix='many'> <child name='log_server'/> </service>
                    <any-service> <parent/> </any-service>
                  </route>
                  %s
                </start>
                """.formatted(name, name.equals("DeepCalls") ? 4000 : 1000, config);
    }

    private static Quotas alone(String servers, String label) {
        try (TestSystem system = new TestSystem(servers)) {
            return system.settledQuotas(label);
        }
    }

    @ParameterizedTest
    @CsvSource({"timer, TimerFlood", "report_rom, ReportFlood", "log_server, LogFlood", "timer, DeepCalls"})
    void serverHasItsOwnAgainWhenFloodedAndLeftByItsClient(String server, String attacker) {
        String servers = TIMER + REPORT_ROM + LOG_SERVER;
        String label = "init -> " + server;
        Quotas before = alone(servers, label);
        try (TestSystem system = new TestSystem(servers + client(attacker, ""))) {
            system.awaitLine("[init -> " + attacker + "] all was tried");
            system.reconfigure(servers.replace(ATTACKER_POLICY, ""));
            system.awaitQuotas(label, before);
            assertThat(system.lines()).noneMatch(line -> line.contains("faulted") || line.contains("misbehaves"));
            system.reconfigure(servers + client("timer_test", ""));
            system.awaitLine("[init] child ‘timer_test’ exited with exit value 0");
            system.reconfigure(servers
                    + client("reporter", "<config><report name='state' text='alive'/></config>")
                    + client("rom_reader", "<config><rom name='state'/></config>"));
            system.awaitLine("[init -> rom_reader] state: alive");
        }
    }

    @Test
    void aReportLongerThanItsBufferIsRefusedAndItsReadersKeepTheFormerOne() {
        String servers = REPORT_ROM.replace("report='reporter -> state'", "report='ReportTooMuch -> state'");
        try (TestSystem system = new TestSystem(servers + client("ReportTooMuch", ""))) {
            system.awaitLine("[init -> ReportTooMuch] too long: Failed[failure=INVALID_ARGUMENT],"
                    + " Failed[failure=INVALID_ARGUMENT], Failed[failure=INVALID_ARGUMENT]");
            system.reconfigure(servers
                    + client("ReportTooMuch", "")
                    + client("rom_reader", "<config><rom name='state'/></config>"));
            system.awaitLine("[init -> rom_reader] state: alive");
        }
    }

    @ParameterizedTest
    @CsvSource({"timer, TimerFlood", "report_rom, ReportFlood", "log_server, LogFlood"})
    void serverHasItsOwnAgainWhenClientIsKilledAtAnyMoment(String server, String attacker) {
        String servers = TIMER + REPORT_ROM + LOG_SERVER;
        String label = "init -> " + server;
        Quotas before = alone(servers, label);
        try (TestSystem system = new TestSystem(servers)) {
            int begun = 0;
            for (int round = 0; round < 30; round++) {
                system.reconfigure(servers + client(attacker, ""));
                system.awaitPresent("init -> " + attacker);
                if (round % 3 > 0) {
                    begun++;
                    system.awaitLine("[init -> " + attacker + "] begins", begun);
                }
                system.reconfigure(servers);
                system.awaitGone("init -> " + attacker);
                begun = system.count("[init -> " + attacker + "] begins");
            }
            system.reconfigure(servers.replace(ATTACKER_POLICY, ""));
            system.awaitQuotas(label, before);
            assertThat(system.lines()).noneMatch(line -> line.contains("faulted") || line.contains("misbehaves"));
        }
    }

    @Test
    void longChainOfCallsFailsForItsCallerAlone() {
        String others =
                TIMER + REPORT_ROM + client("reporter", "<config><report name='state' text='x' keep='yes'/></config>");
        try (TestSystem system = new TestSystem(others + client("DeepCalls", ""))) {
            system.awaitLine("[init -> DeepCalls] all was tried");
            assertThat(system.lines())
                    .contains(
                            "[init -> DeepCalls] the time at depth 1: Ok",
                            "[init -> DeepCalls] a report at depth 1: Ok")
                    .anyMatch(line ->
                            line.startsWith("[init -> DeepCalls] the time at depth") && line.endsWith("DEADLOCK"))
                    .anyMatch(line ->
                            line.startsWith("[init -> DeepCalls] a report at depth") && line.endsWith("DEADLOCK"))
                    .noneMatch(line -> line.contains("faulted"));
        }
    }

    @Test
    void readerDonatesMoreForAReportThatHasGrown() {
        String reader = REPORT_ROM + client("rom_reader", "<config><rom name='state'/></config>");
        String small = "<config><report name='state' text='small'/></config>";
        String large =
                "<config><report name='state' text='%s' buffer='12K'/></config>".formatted("large ".repeat(1500));
        try (TestSystem system = new TestSystem(reader + client("reporter", small))) {
            system.awaitLine("[init -> rom_reader] state: small");
            system.reconfigure(reader);
            system.awaitGone("init -> reporter");
            system.reconfigure(reader + client("reporter", large));
            system.awaitLine(
                    "[init -> rom_reader] state: " + "large ".repeat(1500).substring(0, 4096 - 7));
        }
    }
}
