package org.espalier.os.test;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.base.Quotas;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers of ROM modules among clients that open, read and leave as they like. */
final class RomServerTest {
    private static final String SERVERS = """
            <start name='timer'><provides><service name='Timer'/></provides></start>
            <start name='dynamic_rom'>
              <provides> <service name='ROM'/> </provides>
              <route> <service name='Timer'> <child name='timer'/> </service> <any-service> <parent/> </any-service> </route>
              <config>
                <rom name='flood'>
                  <inline> <small/> </inline> <sleep milliseconds='1'/>
                  <inline> <large text='%s'/> </inline> <sleep milliseconds='1'/>
                  <empty/> <sleep milliseconds='1'/>
                </rom>
              </config>
            </start>
            """.formatted("large ".repeat(1500));

    private static String client(String name, String server) {
        return """
                <start name='%s' ram='16M' caps='1000'>
                  <route>
                    <service name='ROM' label='%s'> <parent/> </service>
                    <service name='ROM'> <child name='%s'/> </service>
                    <any-service> <parent/> </any-service>
                  </route>
                  <config> <rom name='flood'/> </config>
                </start>
                """.formatted(name, name, server);
    }

    /** A reader shows the module, and is gone again. */
    private static void read(TestSystem system, String server) {
        int shown = system.count("[init -> rom_reader] flood: <small/>");
        system.reconfigure(SERVERS + client("rom_reader", server));
        system.awaitLine("[init -> rom_reader] flood: <small/>", shown + 1);
        system.reconfigure(SERVERS);
        system.awaitGone("init -> rom_reader");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dynamic_rom"})
    void serverHasItsOwnAgainWhenFloodedAndLeftByItsClient(String server) {
        String label = "init -> " + server;
        try (TestSystem system = new TestSystem(SERVERS)) {
            read(system, server);
            Quotas before = system.settledQuotas(label);
            for (int round = 1; round <= 3; round++) {
                system.reconfigure(SERVERS + client("RomFlood", server));
                system.awaitLine("[init -> RomFlood] all was tried", round);
                system.reconfigure(SERVERS);
                system.awaitGone("init -> RomFlood");
                system.awaitQuotas(label, before);
            }
            for (int round = 4; round < 12; round++) {
                system.reconfigure(SERVERS + client("RomFlood", server));
                system.awaitPresent("init -> RomFlood");
                system.reconfigure(SERVERS);
                system.awaitGone("init -> RomFlood");
            }
            system.awaitQuotas(label, before);
            assertThat(system.lines()).noneMatch(line -> line.contains("faulted") || line.contains("misbehaves"));
            read(system, server);
        }
    }
}
