package org.espalier.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is found in small systems, word by word. */
final class CheckTest {
    private static final String TO_PARENT = "<route> <any-service> <parent/> </any-service> </route>";

    private static Systems systems() {
        return new Systems()
                .with("idle")
                .with("client", "<requires> <service name=\"NIC\"/> </requires>")
                .with("router", "<provides> <service name=\"NIC\"/> <service name=\"Uplink\"/> </provides>");
    }

    private static String start(String name, String program, String inside) {
        return "<start name=\"" + name + "\" ram=\"1M\" caps=\"100\"> <binary name=\"" + program + "\"/> " + inside
                + " </start>";
    }

    private static String provides(String... services) {
        StringBuilder out = new StringBuilder("<provides>");
        for (String service : services) {
            out.append(" <service name=\"").append(service).append("\"/>");
        }
        return out.append(" </provides>").toString();
    }

    private static String toChild(String service, String child) {
        return "<route> <service name=\"" + service + "\"> <child name=\"" + child
                + "\"/> </service> <any-service> <parent/> </any-service> </route>";
    }

    @Test
    void whatIsRoutedToAProviderIsClean() {
        Check check = systems()
                .check(
                        start("router", "router", provides("NIC") + TO_PARENT),
                        start("client", "client", toChild("NIC", "router")));
        assertThat(check.findings()).isEmpty();
        assertThat(check.answers().stream().filter(answer -> answer.service().equals("NIC")))
                .singleElement()
                .hasToString("NIC -> init -> router as ‘client’");
    }

    @Test
    void aChildThatDoesNotProvideTheServiceIsNamedWithTheRule() {
        assertThat(systems()
                        .findings(
                                start("router", "router", provides("Uplink") + TO_PARENT),
                                start("user", "client", ""),
                                "<default-route/>",
                                start("client", "client", toChild("NIC", "router"))))
                .contains("denied init:5:75: route of ‘client’ for service NIC leads to child ‘router’, which does not"
                        + " provide it; it provides Uplink");
    }

    /** An init that passes NIC on by these policies, with a router in it, and a client of it. */
    private static String[] forwarding(String policies) {
        return new String[] {
            start(
                    "outer",
                    "init",
                    provides("NIC") + TO_PARENT + "<config>" + Systems.PARENT + "<service name=\"NIC\">" + policies
                            + "</service>" + start("router", "router", provides("NIC") + TO_PARENT) + "</config>"),
            start("client", "client", toChild("NIC", "outer"))
        };
    }

    @Test
    void aRequestGoesOnIntoTheChildrenOfAServerThatHasThemServe() {
        Check check =
                systems().check(forwarding("<policy label=\"client\"> <child name=\"router\" label=\"x\"/> </policy>"));
        assertThat(check.findings()).isEmpty();
        assertThat(check.answers().stream().filter(answer -> answer.service().equals("NIC")))
                .singleElement()
                .hasToString("NIC -> init -> outer -> router via init -> outer as ‘x’");
    }

    @Test
    void aRequestThatIsNotPassedOnIsNamedByThePolicies() {
        assertThat(systems().findings(forwarding("<policy label=\"other\"> <child name=\"router\"/> </policy>")))
                .anyMatch(finding -> finding.startsWith("denied init:2:")
                        && finding.endsWith("‘init -> outer’ passes service NIC on by policies, and none is for label"
                                + " ‘client’ (asked for by ‘init -> client’)"));
        assertThat(systems().findings(forwarding("<default-policy> <child name=\"ghost\"/> </default-policy>")))
                .anyMatch(
                        finding -> finding.endsWith("‘init -> outer’ passes service NIC on to its child ‘ghost’, which"
                                + " does not exist (asked for by ‘init -> client’)"));
    }

    @Test
    void aServiceThatCoreDoesNotHaveIsDeniedByTheLastRuleThatAPersonWrote() {
        assertThat(systems().findings(start("client", "client", TO_PARENT)))
                .containsExactly("denied init:2:75: route of ‘client’ for service NIC leads to core, which does not"
                        + " provide it");
    }

    @Test
    void aChildWithoutRoutesCannotBeStarted() {
        assertThat(systems().findings(start("idle", "idle", "")))
                .containsExactly(
                        "not-started init:2:1: child ‘init -> idle’ cannot be started: no rule in the route of ‘idle’"
                                + " speaks of service ROM, label ‘idle’");
    }

    @Test
    void aBinaryThatNobodyHasIsNamedOnceAndWhoeverIsRoutedThereIsDenied() {
        assertThat(systems()
                        .findings(
                                start("ghost", "nothing", provides("NIC") + TO_PARENT),
                                start("client", "client", toChild("NIC", "ghost"))))
                .containsExactly(
                        "not-started init:2:119: child ‘init -> ghost’ cannot be started: route of ‘ghost’ for"
                                + " service ROM leads to core, which has no ROM module ‘nothing’",
                        "denied init:3:75: route of ‘client’ for service NIC leads to child ‘ghost’, which cannot be"
                                + " started");
    }

    @Test
    void whoLogsToAChildThatCannotStartCannotStartEither() {
        assertThat(systems()
                        .findings(
                                start("ghost", "nothing", provides("LOG") + TO_PARENT),
                                start("idle", "idle", toChild("LOG", "ghost"))))
                .hasSize(2)
                .element(1)
                .asString()
                .contains("not-started", "‘init -> idle’");
    }

    @Test
    void aServiceThatTheProgramNeverProvidesLeavesClientsWaiting() {
        assertThat(systems()
                        .findings(
                                start("idle", "idle", provides("NIC") + TO_PARENT),
                                start("client", "client", toChild("NIC", "idle"))))
                .containsExactly("denied init:2:1: child ‘init -> idle’ is to provide NIC, and its program ‘idle’ never"
                        + " does so with its configuration; ‘init -> client’ would wait for ever");
    }

    @Test
    void aServiceThatNobodyUsesIsNamed() {
        assertThat(systems().findings(start("router", "router", provides("NIC") + TO_PARENT)))
                .containsExactly("unused init:2:1: child ‘init -> router’ is to provide NIC, and nobody uses it");
    }

    @Test
    void aProgramThatSaysNothingOfItselfIsUnknownAndNotClean() {
        assertThat(systems().foreign("elf").findings(start("elf", "elf", TO_PARENT)))
                .containsExactly("unknown init:2:1: needs of ‘init -> elf’ are unknown: its program ‘elf’ is a native"
                        + " program");
    }

    @Test
    void childrenThatArePromisedMoreThanTheirParentHasAreNamed() {
        assertThat(systems()
                        .findings(
                                "<start name=\"a\" ram=\"600M\" caps=\"100\"> <binary name=\"idle\"/> " + TO_PARENT
                                        + "</start>",
                                "<start name=\"b\" ram=\"600M\" caps=\"100\"> <binary name=\"idle\"/> " + TO_PARENT
                                        + "</start>"))
                .containsExactly(
                        "quota init:3:1: children of ‘init’ are promised 1200M of RAM, and it has 1G; ‘b’ is the"
                                + " first for whom not enough is left");
    }

    @Test
    void twoThatNeedEachOtherAtTheirStartWaitForEver() {
        Systems systems = systems()
                .with("tee", "<requires> <service name=\"Report\" label=\"log\"/> </requires>", provides("LOG"))
                .with("reports", provides("Report"));
        assertThat(systems.findings(
                        start("reports", "reports", provides("Report") + toChild("LOG", "tee")),
                        start("tee", "tee", provides("LOG") + toChild("Report", "reports"))))
                .singleElement()
                .asString()
                .startsWith("start-cycle init:2:")
                .contains(
                        "2 components wait for one another at their start: ‘init -> reports’ needs LOG of ‘init -> tee’ (",
                        "), ‘init -> tee’ needs Report of ‘init -> reports’ (");
    }

    @Test
    void aLateNeedMakesNoCircleAtTheStartButACallMay() {
        Systems systems = systems()
                .with("one", "<requires> <service name=\"B\" late=\"yes\" for=\"A\"/> </requires>", provides("A"))
                .with("two", "<requires> <service name=\"A\" late=\"yes\" for=\"B\"/> </requires>", provides("B"));
        assertThat(systems.findings(
                        start("one", "one", provides("A") + toChild("B", "two")),
                        start("two", "two", provides("B") + toChild("A", "one"))))
                .containsExactly("circle init:2:1: a call comes back to the server that is busy with it: A of ‘init ->"
                        + " one’, then B of ‘init -> two’, then A of ‘init -> one’ again");
    }

    @Test
    void aServerThatPassesRequestsOnToItselfIsACircle() {
        Systems systems = systems()
                .with("reader", "<requires> <service name=\"ROM\" label=\"data\"/> </requires>")
                .with(
                        "fallback",
                        "<requires> <service name=\"ROM\" label=\"x\" for=\"ROM\" forwards=\"yes\"/> </requires>",
                        provides("ROM"));
        String around = "<route> <service name=\"ROM\" label_last=\"data\"> <child name=\"f\"/> </service>"
                + " <any-service> <parent/> </any-service> </route>";
        assertThat(systems.findings(
                        start("f", "fallback", provides("ROM") + around), start("reader", "reader", around)))
                .anySatisfy(finding -> assertThat(finding)
                        .isEqualTo("circle init:2:1: ‘init -> f’ passes ROM sessions on, and they come back to it again"
                                + " and again"));
    }

    @Test
    void aServerWithPoliciesDeniesWhomNoneIsFor() {
        Systems systems = systems()
                .with("reader", "<requires> <service name=\"ROM\" from=\"rom\" attribute=\"name\"/> </requires>")
                .with(
                        "reports",
                        "<provides> <service name=\"ROM\" admits=\"policy\" attribute=\"report\"/> </provides>");
        String route = "<route> <service name=\"ROM\" label=\"reader\"> <parent/> </service> <service name=\"ROM\">"
                + " <child name=\"reports\"/> </service> <any-service> <parent/> </any-service> </route>";
        assertThat(systems.findings(
                        start(
                                "reports",
                                "reports",
                                provides("ROM") + TO_PARENT
                                        + "<config> <policy label=\"reader -> a\" report=\"x\"/> </config>"),
                        start("reader", "reader", route + "<config> <rom name=\"a\"/> <rom name=\"b\"/> </config>")))
                .singleElement()
                .asString()
                .startsWith("denied init:2:")
                .endsWith("‘init -> reports’ denies ‘init -> reader’ the service ROM: no policy is for its ROM session"
                        + " ‘reader -> b’");
    }

    @Test
    void sessionsOfNestedChildrenAreFollowedThroughTheirParents() {
        Check check = systems()
                .check(
                        start("router", "router", provides("NIC") + TO_PARENT),
                        start(
                                "inner",
                                "init",
                                toChild("NIC", "router") + "<config>" + Systems.PARENT
                                        + "<start name=\"client\" ram=\"100K\" caps=\"20\"> " + TO_PARENT
                                        + "</start> </config>"));
        assertThat(check.findings()).isEmpty();
        assertThat(check.named("client")).containsExactly("init -> inner -> client");
        assertThat(check.why("init -> inner -> client", "NIC", "a"))
                .hasToString("NIC ‘a’ -> init -> router via init -> inner as ‘inner -> client -> a’");
        Answer denied = check.why("init -> inner -> client", "RM", "");
        assertThat(denied.isReached()).isFalse();
        assertThat(denied.toString())
                .contains("route of ‘client’ for service RM leads to the parent, which does not provide it");
    }

    @Test
    void aConfigurationThatIsARomModuleIsReadAndOneThatIsMadeLaterIsUnknown() {
        Systems systems = systems()
                .with("reports", provides("ROM"))
                .data("inner.config", "<config> <start name=\"idle\" ram=\"1K\" caps=\"9\"/> </config>");
        String fromCore = "<route> <service name=\"ROM\" label=\"config\"> <parent label=\"inner.config\"/> </service>"
                + " <any-service> <parent/> </any-service> </route>";
        assertThat(systems.check(start("inner", "init", fromCore)).components())
                .containsExactly("init", "init -> inner", "init -> inner -> idle");
        String fromServer = "<route> <service name=\"ROM\" label=\"config\"> <child name=\"reports\"/> </service>"
                + " <any-service> <parent/> </any-service> </route>";
        assertThat(systems.findings(
                        start("reports", "reports", provides("ROM") + TO_PARENT), start("inner", "init", fromServer)))
                .containsExactly(
                        "unknown init:3:1: children of ‘init -> inner’ are not all known: its configuration is made"
                                + " when the system runs");
    }

    @Test
    void mistakesInTheConfigurationOfAParentAreFindings() {
        assertThat(systems().findings("<start name=\"a\" capz=\"1\"/>"))
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding).startsWith("configuration init:2:"));
    }

    @Test
    void mistakesInTheConfigurationOfAComponentAreFindingsWhereverItComesFrom() {
        Systems systems = systems()
                .schema("idle", "<attribute name='verbose' type='bool'/> <node name='sleep'/>")
                .data("idle.config", "<config>\n  <slep/> </config>");
        String fromCore = "<route> <service name=\"ROM\" label=\"config\"> <parent label=\"idle.config\"/> </service>"
                + " <any-service> <parent/> </any-service> </route>";
        assertThat(systems.findings(
                        start("a", "idle", "<config verbos=\"yes\"> <sleep/> </config>" + TO_PARENT),
                        start("b", "idle", "<config verbose=\"loud\"/>" + TO_PARENT),
                        start("c", "idle", fromCore),
                        start("d", "idle", TO_PARENT)))
                .containsExactly(
                        "configuration idle.config:2:3: unknown node <slep>; did you mean <sleep>?",
                        "configuration init:2:68: unknown attribute ‘verbos’ of <config>; did you mean ‘verbose’?",
                        "configuration init:3:68: attribute ‘verbose’ of <config>: expected yes or no, found ‘loud’");
    }

    @Test
    void withoutASchemaNothingIsSaidOfAConfiguration() {
        assertThat(systems().findings(start("a", "idle", "<config what=\"ever\"/>" + TO_PARENT)))
                .isEmpty();
    }

    @Test
    void whatAComponentLeavesOutOfItsConfigurationItDoesNotAskFor() {
        Systems systems = new Systems()
                .with("reader", "<requires> <service name=\"NIC\" from=\"nic\" attribute=\"label\"/> </requires>")
                .schema("reader", "<node name='nic'> <attribute name='label' type='name'/> </node>");
        Check check = systems.check(
                start("reader", "reader", "<config> <nic label=\"1\"/> <nic label=\"b\"/> </config>" + TO_PARENT));
        assertThat(check.findings().stream().map(Finding::toString))
                .containsExactly(
                        "init:2:81: attribute ‘label’ of <nic>: expected a name, found ‘1’",
                        "init:2:127: route of ‘reader’ for service NIC leads to core, which does not provide it");
        assertThat(check.answers().stream().filter(answer -> answer.service().equals("NIC")))
                .singleElement()
                .satisfies(answer -> assertThat(answer.label()).contains("b"));
    }

    @Test
    void outputForToolsIsJsonAndAGraph() {
        Check check = systems().check(start("client", "client", TO_PARENT));
        assertThat(CheckText.json(check))
                .startsWith("{\"format\":1,\"clean\":false,\"components\":[\"init\",\"init -> client\"],\"findings\":[{"
                        + "\"kind\":\"denied\",\"file\":\"init\",\"line\":2,\"column\":75,\"message\":\"route of")
                .endsWith("]}\n");
        assertThat(CheckText.dot(check)).contains("\"init -> client\" -> denied [label=\"NIC\", color=red");
        assertThat(CheckText.findings(check)).endsWith("2 components, 9 sessions, 1 finding\n");
        assertThat(List.of(CheckText.everything(check).split("\n")))
                .contains("init -> client", "  PD -> core as ‘init -> client’");
    }
}
