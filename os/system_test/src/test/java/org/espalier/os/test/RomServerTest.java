package org.espalier.os.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.base.Quotas;
import org.junit.jupiter.api.Test;
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
            <start name='rom_fallback'>
              <provides> <service name='ROM'/> </provides>
              <route>
                <service name='ROM' label_prefix='nowhere ->'> <child name='timer'/> </service>
                <service name='ROM' label_prefix='there ->'> <child name='dynamic_rom'/> </service>
                <any-service> <parent/> </any-service>
              </route>
              <config> <fallback label='nowhere'/> <fallback label='there'/> </config>
            </start>
            <start name='rom_filter' ram='16M'>
              <provides> <service name='ROM'/> </provides>
              <route>
                <service name='ROM' label='flood'> <child name='dynamic_rom'/> </service>
                <any-service> <parent/> </any-service>
              </route>
              <config>
                <input name='flood' node='small'/>
                <output node='all'> <input name='flood'/> <input name='flood'/> <input name='flood'/> </output>
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
        String line = "[init -> rom_reader] flood: " + (server.equals("rom_filter") ? "  " : "") + "<small/>";
        int shown = system.count(line);
        system.reconfigure(SERVERS + client("rom_reader", server));
        system.awaitLine(line, shown + 1);
        system.reconfigure(SERVERS);
        system.awaitGone("init -> rom_reader");
    }

    private static Map<String, Quotas> settled(TestSystem system) {
        return Stream.of("dynamic_rom", "rom_fallback")
                .map(name -> "init -> " + name)
                .collect(Collectors.toMap(label -> label, system::settledQuotas));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dynamic_rom", "rom_fallback", "rom_filter"})
    void serverHasItsOwnAgainWhenFloodedAndLeftByItsClient(String server) {
        try (TestSystem system = new TestSystem(SERVERS)) {
            read(system, server);
            Map<String, Quotas> before = settled(system);
            for (int round = 1; round <= 3; round++) {
                system.reconfigure(SERVERS + client("RomFlood", server));
                system.awaitLine("[init -> RomFlood] all was tried", round);
                system.reconfigure(SERVERS);
                system.awaitGone("init -> RomFlood");
                before.forEach(system::awaitQuotas);
            }
            for (int round = 4; round < 12; round++) {
                system.reconfigure(SERVERS + client("RomFlood", server));
                system.awaitPresent("init -> RomFlood");
                system.reconfigure(SERVERS);
                system.awaitGone("init -> RomFlood");
            }
            before.forEach(system::awaitQuotas);
            assertThat(system.lines()).noneMatch(line -> line.contains("faulted") || line.contains("misbehaves"));
            read(system, server);
        }
    }

    @Test
    void placeThatDoesNotAnswerHoldsUpNobodyElse() {
        String silent = """
                <start name='silent'> <binary name='dummy'/> <provides> <service name='ROM'/> </provides> </start>
                """;
        String waiting = SERVERS.replace(
                        "label_prefix='nowhere ->'> <child name='timer'/>",
                        "label_prefix='nowhere ->'> <child name='silent'/>")
                + silent;
        String others = waiting.replace("<fallback label='nowhere'/>", "");
        try (TestSystem system = new TestSystem(waiting + client("RomFlood", "rom_fallback"))) {
            system.awaitLine("[init -> RomFlood] begins");
            system.reconfigure(others + client("RomFlood", "rom_fallback") + client("rom_reader", "rom_fallback"));
            system.awaitLine("[init -> rom_reader] flood: <small/>");
            assertThat(system.lines()).doesNotContain("[init -> RomFlood] all was tried");
        }
    }
}
