package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;
import org.junit.jupiter.api.Test;

/** What a child is to get: attribute before resource before default. */
final class InitQuotaTest {
    private static final String DEFAULT = "<config> <default ram=\"1M\" caps=\"100\"/>";

    private static void assertQuota(ChildSpec child, String ram, long caps) {
        assertThat(child.ram().toString()).isEqualTo(ram);
        assertThat(child.caps()).isEqualTo(new CapQuota(caps));
    }

    @Test
    void theDefaultIsForThoseWhoSayNothing() {
        assertQuota(Configs.child(DEFAULT, "<start name=\"x\"/> </config>"), "1M", 100);
    }

    @Test
    void theDefaultMayFollowTheChild() {
        assertQuota(
                Configs.child("<config> <start name=\"x\"/> <default ram=\"64K\" caps=\"0x10\"/> </config>"),
                "64K",
                16);
    }

    @Test
    void aResourceBeatsTheDefault() {
        assertQuota(
                Configs.child(
                        DEFAULT,
                        "<start name=\"x\"> <resource name=\"RAM\" quantum=\"4M\"/>",
                        "<resource name=\"CAP\" quantum=\"300\"/> </start> </config>"),
                "4M",
                300);
    }

    @Test
    void anAttributeBeatsAResource() {
        assertQuota(
                Configs.child(
                        DEFAULT,
                        "<start name=\"x\" ram=\"8M\" caps=\"400\"> <resource name=\"RAM\" quantum=\"4M\"/>",
                        "<resource name=\"CAP\" quantum=\"300\"/> </start> </config>"),
                "8M",
                400);
    }

    @Test
    void eachQuotaIsFoundOnItsOwn() {
        assertQuota(
                Configs.child(
                        DEFAULT,
                        "<start name=\"x\" caps=\"400\"> <resource name=\"RAM\" quantum=\"1G\"/> </start> </config>"),
                "1G",
                400);
    }

    @Test
    void theLargestAmountsAreRead() {
        ChildSpec child = Configs.child(
                "<config> <start name=\"x\" ram=\"9223372036854775807\" caps=\"9223372036854775807\"/> </config>");

        assertThat(child.ram()).isEqualTo(new RamQuota(Long.MAX_VALUE));
        assertThat(child.caps()).isEqualTo(new CapQuota(Long.MAX_VALUE));
    }

    @Test
    void withoutQuotaAndDefaultAChildIsNotStarted() {
        InitConfig config = InitConfig.of(Configs.parse(
                "<config>",
                "<start name=\"x\" caps=\"9\"/>",
                "<start name=\"y\" ram=\"1M\"/>",
                "<start name=\"z\" ram=\"1M\" caps=\"9\"/>",
                "</config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:2:1: child ‘x’ has no RAM quota and no default; it is not started",
                        "init.config:3:1: child ‘y’ has no capability quota and no default; it is not started");
        assertThat(Configs.names(config)).containsExactly("z");
    }

    @Test
    void zeroIsNoWishForTheDefault() {
        InitConfig config = InitConfig.of(Configs.parse(
                DEFAULT,
                "<start name=\"x\" ram=\"0\" caps=\"0\"/>",
                "<start name=\"y\" caps=\"-1\"/>",
                "<start name=\"z\"> <resource name=\"RAM\" quantum=\"0K\"/> </start>",
                "</config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:2:17: child ‘x’ has a RAM quota of 0; it is not started",
                        "init.config:2:25: child ‘x’ has a capability quota of 0; it is not started",
                        "init.config:3:17: child ‘y’ has a capability quota of -1; it is not started",
                        "init.config:4:39: child ‘z’ has a RAM quota of 0; it is not started");
        assertThat(config.children()).isEmpty();
    }

    @Test
    void malformedAmountsAreRefusedEvenWithADefault() {
        InitConfig config = InitConfig.of(Configs.parse(
                DEFAULT,
                "<start name=\"x\" ram=\"4m\" caps=\"1K\"/>",
                "<start name=\"y\"> <resource name=\"RAM\" quantum=\"lots\"/> </start>",
                "<start name=\"z\"/>",
                "</config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:2:17: attribute ‘ram’ of <start>: expected a size such as 4M, found ‘4m’;"
                                + " child ‘x’ is not started",
                        "init.config:2:26: attribute ‘caps’ of <start>: expected a number such as 42 or 0x2a,"
                                + " found ‘1K’; child ‘x’ is not started",
                        "init.config:3:39: attribute ‘quantum’ of <resource>: expected a size such as 4M,"
                                + " found ‘lots’; child ‘y’ is not started");
        assertThat(Configs.names(config)).containsExactly("z");
    }

    @Test
    void aUselessDefaultIsNone() {
        InitConfig config = InitConfig.of(Configs.parse(
                "<config> <default ram=\"much\" caps=\"0\"/>",
                "<start name=\"x\"/>",
                "<start name=\"y\" ram=\"1M\" caps=\"9\"/>",
                "</config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:1:19: attribute ‘ram’ of <default>: expected a size such as 4M, found ‘much’",
                        "init.config:1:30: the default capability quota is 0; there is no default",
                        "init.config:2:1: child ‘x’ has no RAM quota and no default; it is not started",
                        "init.config:2:1: child ‘x’ has no capability quota and no default; it is not started");
        assertThat(Configs.names(config)).containsExactly("y");
    }

    @Test
    void aResourceWithoutQuantumIsAMistake() {
        assertThat(Configs.notices(DEFAULT, "<start name=\"x\">", "<resource name=\"RAM\"/>", "</start>", "</config>"))
                .containsExactly("init.config:3:1: <resource> has no attribute ‘quantum’; child ‘x’ is not started");
    }

    @Test
    void preserveHasNoEffect() {
        InitConfig config = InitConfig.of(Configs.parse(
                DEFAULT, "<start name=\"x\">", "<resource name=\"RAM\" preserve=\"1M\"/>", "</start>", "</config>"));

        assertThat(Configs.notices(config))
                .containsExactly("init.config:3:22: ‘preserve’ of <resource> has no effect here");
        assertQuota(config.children().getFirst(), "1M", 100);
    }

    @Test
    void ofTwoResourcesOfOneNameTheFirstCounts() {
        InitConfig config = InitConfig.of(Configs.parse(
                DEFAULT,
                "<start name=\"x\">",
                "<resource name=\"RAM\" quantum=\"2M\"/>",
                "<resource name=\"RAM\" quantum=\"3M\"/>",
                "</start> </config>"));

        assertThat(Configs.notices(config))
                .containsExactly("init.config:4:1: <start> has more than one <resource> ‘RAM’; this one is left out,"
                        + " the first is at init.config:3:1");
        assertQuota(config.children().getFirst(), "2M", 100);
    }

    @Test
    void otherResourcesAreTold() {
        InitConfig config = InitConfig.of(Configs.parse(
                DEFAULT,
                "<start name=\"x\">",
                "<resource name=\"CPU\" quantum=\"10\"/>",
                "<resource name=\"CAPS\" quantum=\"10\"/>",
                "<resource name=\"disk&#7;\" quantum=\"10\"/>",
                "<resource quantum=\"10\"/>",
                "</start> </config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:3:1: <resource> ‘CPU’ has no effect here",
                        "init.config:4:11: unknown resource ‘CAPS’; did you mean ‘CAP’?",
                        "init.config:5:11: unknown resource ‘disk\uFFFD’",
                        "init.config:6:1: <resource> has no name; it is left out");
        assertQuota(config.children().getFirst(), "1M", 100);
    }
}
