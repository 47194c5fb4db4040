package org.espalier.os.test;

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
            system.awaitLine("[init -> AskingParent -> dummy] consume_caps: 10 taken");
            system.reconfigure(parent("2"));
            system.awaitLine("[init -> AskingParent -> dummy] yield request for 256K of RAM and 10 capabilities:"
                    + " freed 256K and 10");
        }
    }

    @Test
    void newConfigurationIsDoneInPlaceOfTheRestOfTheOld() {
        String start = "<start name='dummy' ram='1M' caps='100'><config version='%s'>%s</config></start>";
        try (TestSystem system =
                new TestSystem(start.formatted("1", "<log string='a'/><sleep_forever/><log string='never'/>"))) {
            system.awaitLine("[init -> dummy] sleep_forever: no further step");
            system.reconfigure(start.formatted("2", "<log string='b'/><exit value='3'/>"));
            system.awaitLine("[init -> dummy] version: 2");
            system.awaitLine("[init -> dummy] b");
            system.awaitLine("[init] child ‘dummy’ exited with exit value 3");
        }
    }
}
