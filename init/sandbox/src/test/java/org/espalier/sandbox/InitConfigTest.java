package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.junit.jupiter.api.Test;

/** What a configuration without mistakes, and one with mistakes in names and flags, comes to. */
final class InitConfigTest {
    private static Position at(int line, int column) {
        return new Position("init.config", line, column);
    }

    @Test
    void aWholeConfigurationIsRead() {
        InitConfig config = Configs.read(
                "<config>",
                "  <parent-provides>",
                "    <service name=\"LOG\"/> <service name=\"ROM\"/>",
                "  </parent-provides>",
                "  <default-route> <any-service> <parent/> <any-child/> </any-service> </default-route>",
                "  <default caps=\"100\" ram=\"1M\"/>",
                "  <start name=\"timer\">",
                "    <provides> <service name=\"Timer\"/> <service name=\"Rtc\"/> </provides>",
                "    <exit propagate=\"yes\"/>",
                "  </start>",
                "  <start name=\"editor\" ram=\"4M\" caps=\"200\" version=\"2\" ld=\"no\" managing_system=\"no\">",
                "    <binary name=\"vim\"/>",
                "    <config tabs=\"no\"> <file name=\"a\"/> </config>",
                "    <route> <service name=\"Timer\"> <child name=\"timer\"/> </service> </route>",
                "  </start>",
                "</config>");

        assertThat(config.parentProvides()).containsExactly("LOG", "ROM");
        assertThat(Configs.names(config)).containsExactly("timer", "editor");

        ChildSpec timer = config.children().get(0);
        assertThat(timer.position()).isEqualTo(at(7, 3));
        assertThat(timer.binary()).isEqualTo("timer");
        assertThat(timer.ram()).isEqualTo(new RamQuota(1 << 20));
        assertThat(timer.caps()).isEqualTo(new CapQuota(100));
        assertThat(timer.provides()).containsExactly("Timer", "Rtc");
        assertThat(timer.routes()).hasSize(1);
        assertThat(timer.routes().getFirst().position()).isEqualTo(at(5, 19));
        assertThat(timer.config().orElseThrow().sameContent(Node.named("config").build()))
                .isTrue();
        assertThat(timer.config().orElseThrow().position()).isEqualTo(at(7, 3));
        assertThat(timer.propagateExit()).isTrue();

        ChildSpec editor = config.children().get(1);
        assertThat(editor.position()).isEqualTo(at(11, 3));
        assertThat(editor.binary()).isEqualTo("vim");
        assertThat(editor.ram()).isEqualTo(new RamQuota(4 << 20));
        assertThat(editor.caps()).isEqualTo(new CapQuota(200));
        assertThat(editor.provides()).isEmpty();
        assertThat(editor.config().orElseThrow().string("tabs", "")).isEqualTo("no");
        assertThat(editor.config().orElseThrow().children("file")).hasSize(1);
        assertThat(editor.routes()).hasSize(1);
        assertThat(editor.routes().getFirst().position()).isEqualTo(at(14, 13));
        assertThat(editor.propagateExit()).isFalse();
    }

    @Test
    void childWithoutConfigurationReadsAnEmptyOneUnlessItsRouteNamesAnother() {
        String route = "<route> <service name=\"ROM\"%s> <parent label=\"other\"/> </service> </route>";
        String child = "<start name=\"%s\" ram=\"1M\" caps=\"9\"> %s </start>";
        InitConfig config = Configs.read(
                "<config>",
                child.formatted("any", route.formatted("")),
                child.formatted("prefix", route.formatted(" label_prefix=\"con\"")),
                child.formatted("other", route.formatted(" label=\"image\"")),
                child.formatted("label", route.formatted(" label=\"config\"")),
                child.formatted("last", route.formatted(" label_last=\"config\"")),
                child.formatted("unscoped", route.formatted(" unscoped_label=\"unscoped -> config\"")),
                child.formatted("own", route.formatted(" label=\"config\"") + "<config/>"),
                "</config>");
        assertThat(config.children())
                .filteredOn(spec -> spec.config().isEmpty())
                .extracting(ChildSpec::name)
                .containsExactly("label", "last", "unscoped");
    }

    @Test
    void anEmptyConfigurationHasNothing() {
        InitConfig config = Configs.read("<config/>");

        assertThat(config.parentProvides()).isEmpty();
        assertThat(config.children()).isEmpty();
    }

    @Test
    void everythingReadIsUnmodifiable() {
        InitConfig config = Configs.read(
                "<config> <parent-provides> <service name=\"ROM\"/> </parent-provides>",
                "<start name=\"a\" ram=\"1M\" caps=\"9\"> <provides> <service name=\"A\"/> </provides>",
                "<route> <any-service> <parent/> </any-service> </route> </start> </config>");
        ChildSpec child = config.children().getFirst();

        assertThatThrownBy(() -> config.parentProvides().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> config.children().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> child.provides().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> child.routes().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> child.routes().getFirst().targets().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void anotherTopNodeIsReadAsConfig() {
        InitConfig config = InitConfig.of(Configs.parse("<init> <start name=\"a\" ram=\"1M\" caps=\"9\"/> </init>"));

        assertThat(Configs.notices(config))
                .containsExactly("init.config:1:1: the top node is <init>; it is read as <config>");
        assertThat(Configs.names(config)).containsExactly("a");
    }

    @Test
    void aChildWithoutNameIsLeftOutAloneAndTheOthersStayInOrder() {
        InitConfig config = InitConfig.of(Configs.parse(
                "<config> <default ram=\"1M\" caps=\"9\"/>",
                "<start name=\"z\"/>",
                "<start/>",
                "<start name=\"\"/>",
                "<start name=\"a\"/>",
                "</config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:3:1: a child without a name is not started",
                        "init.config:4:1: a child without a name is not started");
        assertThat(Configs.names(config)).containsExactly("z", "a");
    }

    @Test
    void theSecondChildOfOneNameIsLeftOut() {
        InitConfig config = InitConfig.of(Configs.parse(
                "<config> <default ram=\"1M\" caps=\"9\"/>",
                "<start name=\"x\" ram=\"2M\"/>",
                "  <start name=\"x\" ram=\"3M\"/>",
                "</config>"));

        assertThat(Configs.notices(config))
                .containsExactly("init.config:3:3: two children are named ‘x’; this one is left out,"
                        + " the first is at init.config:2:1");
        assertThat(config.children()).hasSize(1);
        assertThat(config.children().getFirst().ram()).isEqualTo(new RamQuota(2 << 20));
    }

    @Test
    void aChildThatIsNotStartedKeepsItsName() {
        InitConfig config = InitConfig.of(Configs.parse(
                "<config> <default caps=\"9\"/>",
                "<start name=\"x\"/>",
                "<start name=\"x\" ram=\"3M\"/>",
                "</config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:2:1: child ‘x’ has no RAM quota and no default; it is not started",
                        "init.config:3:1: two children are named ‘x’; this one is left out,"
                                + " the first is at init.config:2:1");
        assertThat(config.children()).isEmpty();
    }

    @Test
    void namesThatCannotBePartOfALabelAreRefused() {
        String longest = "n".repeat(64);
        InitConfig config = InitConfig.of(Configs.parse(
                "<config> <default ram=\"1M\" caps=\"9\"/>",
                "<start name=\"a&#10;b\"/>",
                "<start name=\"a -> b\"/>",
                "<start name=\"a ->\"/>",
                "<start name=\"-> a\"/>",
                "<start name=\"a->b\"/>",
                "<start name=\"" + longest + "\"/>",
                "<start name=\"" + longest + "n\"/>",
                "</config>"));

        String separator = " has the word ‘->’ in it, which separates the parts of a label; it is not started";
        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:2:1: the name of this child has a control character in it; it is not started",
                        "init.config:3:1: the name of child ‘a -> b’" + separator,
                        "init.config:4:1: the name of child ‘a ->’" + separator,
                        "init.config:5:1: the name of child ‘-> a’" + separator,
                        "init.config:8:1: the name of this child has 65 characters, at most 64 are possible;"
                                + " it is not started");
        assertThat(Configs.names(config)).containsExactly("a->b", longest);
    }

    @Test
    void ofRepeatedNodesTheFirstCounts() {
        InitConfig config = InitConfig.of(Configs.parse(
                "<config> <default ram=\"1M\" caps=\"9\"/> <default ram=\"2M\"/>",
                "<start name=\"x\"> <binary name=\"one\"/> <config one=\"\"/>",
                "<route/> <provides/> <exit propagate=\"no\"/>",
                "<binary name=\"two\"/>",
                "<config two=\"\"/>",
                "<route> <any-service> <parent/> </any-service> </route>",
                "<provides> <service name=\"X\"/> </provides>",
                "<exit propagate=\"yes\"/>",
                "</start>",
                "<default-route/> <parent-provides/>",
                "<default-route> <any-service/> </default-route>",
                "<parent-provides> <service name=\"ROM\"/> </parent-provides>",
                "</config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        repeated("config", "default", "1:39", "1:10"),
                        repeated("start", "binary", "4:1", "2:18"),
                        repeated("start", "config", "5:1", "2:39"),
                        repeated("start", "route", "6:1", "3:1"),
                        repeated("start", "provides", "7:1", "3:10"),
                        repeated("start", "exit", "8:1", "3:22"),
                        repeated("config", "default-route", "11:1", "10:1"),
                        repeated("config", "parent-provides", "12:1", "10:18"));
        ChildSpec child = config.children().getFirst();
        assertThat(child.ram()).isEqualTo(new RamQuota(1 << 20));
        assertThat(child.binary()).isEqualTo("one");
        assertThat(child.config().orElseThrow().has("one")).isTrue();
        assertThat(child.routes()).isEmpty();
        assertThat(child.provides()).isEmpty();
        assertThat(child.propagateExit()).isFalse();
        assertThat(config.parentProvides()).isEmpty();
    }

    private static String repeated(String outer, String inner, String here, String first) {
        return "init.config:" + here + ": <" + outer + "> has more than one <" + inner
                + ">; this one is left out, the first is at init.config:" + first;
    }

    @Test
    void aBinaryWithoutNameIsTheChildsName() {
        InitConfig config = InitConfig.of(
                Configs.parse("<config> <start name=\"x\" ram=\"1M\" caps=\"9\">", "<binary/>", "</start> </config>"));

        assertThat(Configs.notices(config)).containsExactly("init.config:2:1: <binary> has no name; it is left out");
        assertThat(config.children().getFirst().binary()).isEqualTo("x");
    }

    @Test
    void servicesWithoutNameAreLeftOut() {
        InitConfig config = InitConfig.of(Configs.parse(
                "<config> <parent-provides> <service/> <service name=\"ROM\"/> </parent-provides>",
                "<start name=\"x\" ram=\"1M\" caps=\"9\">",
                "<provides> <service name=\"\"/> <service name=\"X\"/> <service name=\"X\"/> </provides>",
                "</start> </config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:1:28: <service> has no name; it is left out",
                        "init.config:3:12: <service> has no name; it is left out");
        assertThat(config.parentProvides()).containsExactly("ROM");
        assertThat(config.children().getFirst().provides()).containsExactly("X");
    }

    @Test
    void propagateSaysYesOrNo() {
        InitConfig config = InitConfig.of(Configs.parse(
                "<config> <default ram=\"1M\" caps=\"9\"/>",
                "<start name=\"a\"> <exit propagate=\"maybe\"/> </start>",
                "<start name=\"b\"> <exit/> </start>",
                "<start name=\"c\"> <exit propagate=\"true\"/> </start>",
                "</config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:2:24: attribute ‘propagate’ of <exit>: expected yes or no, found ‘maybe’; it is left out");
        assertThat(config.children().stream().map(ChildSpec::propagateExit)).containsExactly(false, false, true);
    }

    @Test
    void allMistakesOfAChildAreToldAtOnce() {
        List<String> notices = Configs.notices(
                "<config>", "<start name=\"x\">", "<binary/>", "<route> <service/> </route>", "</start>", "</config>");

        assertThat(notices)
                .containsExactly(
                        "init.config:2:1: child ‘x’ has no RAM quota and no default; it is not started",
                        "init.config:2:1: child ‘x’ has no capability quota and no default; it is not started",
                        "init.config:3:1: <binary> has no name; it is left out",
                        "init.config:4:9: <service> has no name; it is left out");
    }
}
