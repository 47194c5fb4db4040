package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Names that are misspelt, misplaced, or without effect. */
final class InitLanguageTest {
    private static final String CHILD = "<start name=\"x\" ram=\"1M\" caps=\"9\">";

    @Test
    void aMisspeltNodeIsToldWithTheNearestName() {
        assertThat(Configs.notices(
                        "<config>",
                        "  <starts name=\"a\"/>",
                        "  <parent-provide/>",
                        "  <default-rout/>",
                        CHILD,
                        "  <binray name=\"b\"/>",
                        "  <provides> <servise name=\"S\"/> </provides>",
                        "  <route> <any-servce/> <service name=\"A\"> <parnet/> <parent/> </service> </route>",
                        "</start> </config>"))
                .containsExactly(
                        "init.config:2:3: unknown node <starts>; did you mean <start>?",
                        "init.config:3:3: unknown node <parent-provide>; did you mean <parent-provides>?",
                        "init.config:4:3: unknown node <default-rout>; did you mean <default-route>?",
                        "init.config:6:3: unknown node <binray>; did you mean <binary>?",
                        "init.config:7:14: unknown node <servise>; did you mean <service>?",
                        "init.config:8:11: unknown node <any-servce>; did you mean <any-service>?",
                        "init.config:8:44: unknown node <parnet>; did you mean <parent>?");
    }

    @Test
    void aMisplacedNodeIsToldWithItsPlace() {
        assertThat(Configs.notices(
                        "<config>", "<route/>", "<binary name=\"b\"/>", CHILD, "<start/>", "</start>", "</config>"))
                .containsExactly(
                        "init.config:2:1: unknown node <route> in <config>",
                        "init.config:3:1: unknown node <binary> in <config>",
                        "init.config:5:1: unknown node <start> in <start>");
    }

    @Test
    void aMisspeltAttributeIsToldWithTheNearestName() {
        assertThat(Configs.notices(
                        "<config colour=\"red\" verbos=\"yes\">",
                        "<default rm=\"1M\"/>",
                        "<start name=\"x\" ram=\"1M\" caps=\"9\" cap=\"9\" prioritty=\"1\">",
                        "<resource name=\"RAM\" quantum=\"1M\" quantm=\"1M\"/>",
                        "<exit propagat=\"yes\"/>",
                        "<route a=\"\"> <service name=\"S\" lable=\"l\"> <child name=\"y\" labl=\"l\"/> </service>",
                        "<any-service name=\"S\"> <parent name=\"p\"/> </any-service> </route>",
                        "</start> </config>"))
                .containsExactly(
                        "init.config:1:9: unknown attribute ‘colour’ of <config>",
                        "init.config:1:22: unknown attribute ‘verbos’ of <config>; did you mean ‘verbose’?",
                        "init.config:2:10: unknown attribute ‘rm’ of <default>; did you mean ‘ram’?",
                        "init.config:3:35: unknown attribute ‘cap’ of <start>; did you mean ‘caps’?",
                        "init.config:3:43: unknown attribute ‘prioritty’ of <start>; did you mean ‘priority’?",
                        "init.config:4:35: unknown attribute ‘quantm’ of <resource>; did you mean ‘quantum’?",
                        "init.config:5:7: unknown attribute ‘propagat’ of <exit>; did you mean ‘propagate’?",
                        "init.config:6:8: unknown attribute ‘a’ of <route>",
                        "init.config:6:32: unknown attribute ‘lable’ of <service>; did you mean ‘label’?",
                        "init.config:6:59: unknown attribute ‘labl’ of <child>; did you mean ‘label’?",
                        "init.config:7:14: unknown attribute ‘name’ of <any-service>",
                        "init.config:7:32: unknown attribute ‘name’ of <parent>");
    }

    @Test
    void genodesOtherNamesHaveNoEffect() {
        assertThat(Configs.notices(
                        "<config verbose=\"yes\" ld_verbose=\"yes\">",
                        "<log/>",
                        "<report ids=\"yes\"/>",
                        "<resource name=\"RAM\" preserve=\"1M\"/>",
                        "<start name=\"x\" ram=\"1M\" caps=\"9\" managing_system=\"yes\">",
                        "<route> <any-service> <child name=\"y\" diag=\"yes\"/> </any-service> </route>",
                        "</start> </config>"))
                .containsExactly(
                        "init.config:1:9: ‘verbose’ of <config> has no effect here",
                        "init.config:1:23: ‘ld_verbose’ of <config> has no effect here",
                        "init.config:2:1: <log> of <config> has no effect here",
                        "init.config:5:35: ‘managing_system’ of <start> has no effect here",
                        "init.config:6:39: ‘diag’ of <child> has no effect here");
    }

    @Test
    void whoAsksForNothingIsToldNothing() {
        assertThat(Configs.notices(
                        "<config prio_levels=\"0\" verbose=\"no\" ld_verbose=\"no\">",
                        "<start name=\"x\" ram=\"1M\" caps=\"9\" version=\"7\" ld=\"no\" managing_system=\"no\"/>",
                        "<start name=\"y\" ram=\"1M\" caps=\"9\" ld=\"yes\" priority=\"0\"/>",
                        "</config>"))
                .isEmpty();
    }

    @Test
    void nothingInsideAnUnknownNodeIsLookedAt() {
        assertThat(Configs.notices("<config> <starts> <bogus/> </starts> </config>"))
                .containsExactly("init.config:1:10: unknown node <starts>; did you mean <start>?");
    }

    @Test
    void theConfigOfAChildIsItsOwnAffair() {
        assertThat(Configs.child(
                                "<config>",
                                CHILD,
                                "<config colour=\"red\"> <starts/> <config/> <config/> </config> </start> </config>")
                        .config()
                        .orElseThrow()
                        .children())
                .hasSize(3);
    }
}
