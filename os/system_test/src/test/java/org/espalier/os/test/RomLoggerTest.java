package org.espalier.os.test;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RomLoggerTest {
    private static String start(String config) {
        return """
                <start name='timer'> <provides> <service name='Timer'/> </provides> </start>
                <start name='dynamic_rom'>
                  <provides> <service name='ROM'/> </provides>
                  <route> <service name='Timer'> <child name='timer'/> </service> <any-service> <parent/> </any-service> </route>
                  <config>
                    <rom name='a'> <inline> <a/> </inline> <sleep milliseconds='100000'/> </rom>
                    <rom name='b'> <inline> <b/> </inline> <sleep milliseconds='100000'/> </rom>
                  </config>
                </start>
                <start name='rom_logger'>
                  <route>
                    <service name='ROM' label='rom_logger'> <parent/> </service>
                    <service name='ROM'> <child name='dynamic_rom'/> </service>
                    <any-service> <parent/> </any-service>
                  </route>
                  %s
                </start>
                """.formatted(config);
    }

    @Test
    void configurationChoosesModuleAndFormat() {
        try (TestSystem system = new TestSystem(start("<config rom='a'/>"))) {
            system.awaitLine("[init -> rom_logger]   <a/>");
            var before = system.settledQuotas("init -> rom_logger");
            system.reconfigure(start("<config rom='b'/>"));
            system.awaitLine("[init -> rom_logger] ROM 'b':");
            system.awaitLine("[init -> rom_logger]   <b/>");
            system.reconfigure(start("<config rom='a' format='hexdump'/>"));
            system.awaitLine("[init -> rom_logger] 00000000 613c 3e2f 000a 0000 0000 0000 0000 0000");
            system.awaitQuotas("init -> rom_logger", before);
        }
    }

    @Test
    void mistakesAreNamedAndChangeNothingElse() {
        try (TestSystem system = new TestSystem(start("<config rom='a'/>"))) {
            system.awaitLine("[init -> rom_logger]   <a/>");
            system.reconfigure(start("<config/>"));
            system.awaitLine("[init -> rom_logger] Warning: config.xml:23:3: <config> has no attribute ‘rom’");
            system.reconfigure(start("<config rom='c' format='hex'/>"));
            system.awaitLine("[init -> rom_logger] Warning: config.xml:23:19: attribute ‘format’ of <config>:"
                    + " expected text or hexdump, found ‘hex’");
            system.awaitLine("[init -> rom_logger] Warning: ROM 'c' is denied: ROM session ‘rom_logger -> c’ is denied"
                    + " by dynamic_rom: no <rom> is named ‘c’.");
            system.reconfigure(start("<config rom='b'/>"));
            system.awaitLine("[init -> rom_logger]   <b/>");
            assertThat(system.lines()).noneMatch(line -> line.contains("faulted"));
        }
    }
}
