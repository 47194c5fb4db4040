package org.espalier.os.test;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DummyTest {
    private static String parent(String version) {
        return """
                <start name='AskingParent' ram='4M' caps='400'>
                  <route> <any-service> <parent/> </any-service> </route>
                  <config>
                    <parent-provides>
                      <service name='ROM'/> <service name='LOG'/> <service name='PD'/> <service name='CPU'/>
                    </parent-provides>
                    <start name='dummy' ram='1M' caps='100'>
                      <route> <any-service> <parent/> </any-service> </route>
                      <config>
                        <handle_yield_requests/> <consume_ram amount='256K'/> <consume_caps amount='10'/>
                      </config>
                    </start>
                    <alias name='%s'/>
                  </config>
                </start>
                """.formatted(version);
    }

    @Test
    void whatWasConsumedIsFreedWhenTheParentAsksBack() {
        try (TestSystem system = new TestSystem(parent("1"))) {
            system.awaitLine("[init -> AskingParent -> dummy] consume 10 caps");
            system.reconfigure(parent("2"));
            system.awaitLine("[init -> AskingParent -> dummy] got yield request");
            system.awaitLine("[init -> AskingParent -> dummy] release 256K bytes of memory");
            system.awaitLine("[init -> AskingParent -> dummy] release 10 caps");
        }
    }

    private static final String TIMER = "<start name='timer'><provides><service name='Timer'/></provides></start>";

    private static String dummy(String name, String attributes, String steps) {
        return """
                <start name='%s' ram='1M' caps='100'>
                  <binary name='dummy'/>
                  <provides> <service name='LOG'/> </provides>
                  <route> <service name='Timer'> <child name='timer'/> </service> <any-service> <parent/> </any-service> </route>
                  <config %s>%s</config>
                </start>
                """.formatted(name, attributes, steps);
    }

    @Test
    void newConfigurationIsDoneInPlaceOfTheRestOfTheOld() {
        try (TestSystem system = new TestSystem(
                TIMER + dummy("dummy", "version='1'", "<log string='a'/><sleep ms='1000000'/><log string='never'/>"))) {
            system.awaitLine("[init -> dummy] a");
            system.reconfigure(TIMER + dummy("dummy", "version='2'", "<log string='b'/><exit value='3'/>"));
            system.awaitLine("[init -> dummy] config 2: 2");
            system.awaitLine("[init -> dummy] b");
            system.awaitLine("[init] child ‘dummy’ exited with exit value 3");
        }
    }

    @Test
    void configurationOfTheSameVersionChangesNothing() {
        try (TestSystem system = new TestSystem(dummy("dummy", "version='1'", "<log string='a'/>"))) {
            system.awaitLine("[init -> dummy] a");
            system.reconfigure(dummy("dummy", "version='1'", "<log string='b'/>"));
            system.reconfigure(dummy("dummy", "", "<log string='c'/>"));
            system.awaitLine("[init -> dummy] c");
            system.reconfigure(dummy("dummy", "version='3'", ""));
            system.awaitLine("[init -> dummy] config 3: 3");
            assertThat(system.lines()).doesNotContain("[init -> dummy] b");
        }
    }

    @Test
    void whatIsNotThereIsAskedOfTheParentAndTakenWhenItGrants() {
        try (TestSystem system = new TestSystem(
                dummy("dummy", "", "<consume_ram amount='3M'/><consume_caps amount='200'/><log string='both'/>"))) {
            system.awaitLine("[init -> dummy] both");
            assertThat(system.lines())
                    .anyMatch(line -> line.startsWith("[init -> dummy] asks the parent for 3M of RAM, with "))
                    .anyMatch(
                            line -> line.startsWith("[init -> dummy] asks the parent for 200 of capabilities, with "));
        }
    }

    @Test
    void waitingForResourcesEndsWithTheNextConfiguration() {
        try (TestSystem system = new TestSystem(dummy("dummy", "", "<consume_ram amount='1G'/>"))) {
            system.awaitLine("[init -> dummy] consume 1G bytes of memory");
            system.reconfigure(dummy("dummy", "version='2'", "<consume_ram amount='4K'/><log string='taken'/>"));
            system.awaitLine("[init -> dummy] taken");
        }
    }

    @Test
    void sleepingForeverIsEndedByTheParentAlone() {
        String asleep = dummy("dummy", "version='1'", "<sleep_forever/>");
        try (TestSystem system = new TestSystem(asleep)) {
            system.awaitLine("[init -> dummy] sleep_forever: no further step");
            system.reconfigure(asleep.replace("version='1'", "version='2'"));
            system.reconfigure("");
            system.awaitGone("init -> dummy");
            assertThat(system.lines()).doesNotContain("[init -> dummy] config 2: 2");
        }
    }

    @Test
    void logServiceTakesItsTimeForClosing() {
        String server = TIMER + dummy("server", "", "<log_service verbose='yes' delay_close_ms='20'/>");
        String client = dummy("client", "", "<create_log_connections count='1'/><destroy_log_connections/>")
                .replace("<any-service>", "<service name='LOG'> <child name='server'/> </service> <any-service>");
        try (TestSystem system = new TestSystem(server + client)) {
            system.awaitLine("[init -> server] [client] destroyed all LOG connections");
            assertThat(system.lines())
                    .containsSubsequence(
                            "[init -> server] opening session with label client -> 0",
                            "[init -> server] delay close by 20 ms",
                            "[init -> server] closing session with label client -> 0",
                            "[init -> server] [client] destroyed all LOG connections");
        }
    }
}
