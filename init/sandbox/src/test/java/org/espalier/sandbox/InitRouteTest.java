package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.Label;
import org.espalier.config.Position;
import org.junit.jupiter.api.Test;

/** Rules and targets as they are written. */
final class InitRouteTest {
    private static final String START = "<start name=\"x\" ram=\"1M\" caps=\"9\">";

    private static Position at(int line, int column) {
        return new Position("init.config", line, column);
    }

    @Test
    void rulesAndTargetsKeepTheirOrderAndPositions() {
        ChildSpec child = Configs.child(
                "<config>",
                START,
                "<route>",
                "  <any-service label=\"a\"> <any-child/> <parent label=\"p\"/> </any-service>",
                "  <service name=\"ROM\"> <child name=\"fs\" label=\"\"/> <child name=\"rom\"/> <parent/> </service>",
                "  <service name=\"LOG\"> <any-child label=\"c\"/> </service>",
                "</route> </start> </config>");

        Rule.Match labelled = new Rule.Match(
                Optional.of("a"), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(child.routes())
                .containsExactly(
                        new Rule(
                                at(4, 3),
                                Optional.empty(),
                                labelled,
                                List.of(
                                        new Rule.Target.ToAnyChild(Rewriting.NONE),
                                        new Rule.Target.ToParent(Rewriting.to(Optional.of("p"))))),
                        new Rule(
                                at(5, 3),
                                Optional.of("ROM"),
                                Rule.Match.ANY,
                                List.of(
                                        new Rule.Target.ToChild(at(5, 24), "fs", Rewriting.to(Optional.of(""))),
                                        new Rule.Target.ToChild(at(5, 52), "rom", Rewriting.NONE),
                                        new Rule.Target.ToParent(Rewriting.NONE))),
                        new Rule(
                                at(6, 3),
                                Optional.of("LOG"),
                                Rule.Match.ANY,
                                List.of(new Rule.Target.ToAnyChild(Rewriting.to(Optional.of("c"))))));
    }

    @Test
    void aTargetRewritesThePartsOfTheLabelThatItNames() {
        ChildSpec child = Configs.child(
                "<config>",
                START,
                "<route> <any-service>",
                "<parent identity=\"i\"/> <parent resource=\"r\"/> <parent prepend_resource=\"/p/\"/>",
                "<parent identity=\"\"/> <parent identity=\"i\" resource=\"r\" prepend_resource=\"p-\"/>",
                "<parent label=\"l\" identity=\"i\"/>",
                "</any-service> </route> </start> </config>");
        assertThat(child.routes().getFirst().targets())
                .extracting(target -> target.rewriting().apply("x -> y -> z"))
                .containsExactly("i -> z", "x -> y -> r", "x -> y -> /p/z", "z", "i -> p-r", "l");
        assertThat(child.routes().getFirst().targets())
                .extracting(target -> target.rewriting().apply("x"))
                .containsExactly("i -> x", "r", "/p/x", "x", "i -> p-r", "l");
    }

    @Test
    void anAliasIsAnotherNameOfAChild() {
        ChildSpec child = Configs.child(
                "<config> <alias name=\"fs\" child=\"ram_fs\"/>",
                START,
                "<route> <any-service> <child name=\"fs\"/> </any-service> </route> </start> </config>");
        assertThat(child.routes().getFirst().targets())
                .containsExactly(new Rule.Target.ToChild(at(3, 23), "ram_fs", Rewriting.NONE));
    }

    @Test
    void aliasesWithoutChildOrTwiceAreLeftOut() {
        assertThat(Configs.notices(
                        "<config> <alias name=\"a\"/>",
                        "<alias name=\"b\" child=\"x\"/>",
                        "<alias name=\"b\" child=\"y\"/>",
                        "</config>"))
                .containsExactly(
                        "init.config:1:10: alias ‘a’ names no child; it is left out",
                        "init.config:3:1: alias ‘b’ is there already; it is left out");
    }

    @Test
    void aConfigFileIsTheRomModuleOfTheParentThatIsRead() {
        ChildSpec child = Configs.child(
                "<config>",
                START,
                "<configfile name=\"shell.config\"/> <route> <any-service> <any-child/> </any-service> </route>",
                "</start> </config>");
        assertThat(child.config()).isEmpty();
        Router router = new Router(service -> true, new Router.Children() {
            @Override
            public Optional<Set<String>> provides(String name) {
                return Optional.empty();
            }

            @Override
            public List<String> providers(String service) {
                return List.of("server");
            }
        });
        assertThat(router.decide("x", child.routes(), "ROM", new Label("config"), new Label("x -> config")))
                .isInstanceOfSatisfying(
                        Router.Decision.ToParent.class,
                        parent -> assertThat(parent.label()).isEqualTo("shell.config"));
        assertThat(router.decide("x", child.routes(), "ROM", new Label("other"), new Label("x -> other")))
                .isInstanceOf(Router.Decision.ToChild.class);
    }

    @Test
    void allConditionsOfARuleAreRead() {
        ChildSpec child = Configs.child(
                "<config>",
                START,
                "<route> <service name=\"ROM\" label=\"l\" label_prefix=\"p\" label_suffix=\"s\" label_last=\"a\"",
                "unscoped_label=\"u\"> <parent/> </service> </route> </start> </config>");

        assertThat(child.routes().getFirst().match())
                .isEqualTo(new Rule.Match(
                        Optional.of("l"), Optional.of("p"), Optional.of("s"), Optional.of("a"), Optional.of("u")));
    }

    @Test
    void anEmptyLabelIsACondition() {
        ChildSpec child = Configs.child(
                "<config>",
                START,
                "<route> <service name=\"ROM\" label=\"\"> <parent/> </service> </route> </start> </config>");

        assertThat(child.routes().getFirst().match().label()).contains("");
    }

    @Test
    void theDefaultRouteIsForChildrenWithoutRoute() {
        InitConfig config = Configs.read(
                "<config> <default ram=\"1M\" caps=\"9\"/>",
                "<start name=\"none\"/>",
                "<start name=\"own\"> <route> <any-service> <any-child/> </any-service> </route> </start>",
                "<start name=\"empty\"> <route/> </start>",
                "<default-route> <any-service> <parent/> </any-service> </default-route>",
                "</config>");

        assertThat(config.children().get(0).routes())
                .singleElement()
                .satisfies(rule -> assertThat(rule.position()).isEqualTo(at(5, 17)));
        assertThat(config.children().get(1).routes())
                .singleElement()
                .satisfies(rule -> assertThat(rule.position()).isEqualTo(at(3, 28)));
        assertThat(config.children().get(2).routes()).isEmpty();
    }

    @Test
    void withoutAnyRouteThereAreNoRules() {
        assertThat(Configs.child("<config>", START, "</start> </config>").routes())
                .isEmpty();
    }

    @Test
    void aMistakeInTheDefaultRouteIsToldOnce() {
        assertThat(Configs.notices(
                        "<config> <default ram=\"1M\" caps=\"9\"/> <start name=\"a\"/> <start name=\"b\"/>",
                        "<default-route> <service> <parent/> </service> </default-route>",
                        "</config>"))
                .containsExactly("init.config:2:17: <service> has no name; it is left out");
    }

    @Test
    void aRuleWithoutServiceNameIsDropped() {
        InitConfig config = InitConfig.of(Configs.parse(
                "<config>",
                START,
                "<route>",
                "<service> <parent/> </service>",
                "<service name=\"\" label=\"a\"> <parent/> </service>",
                "<service name=\"A\"> <parent/> </service>",
                "</route> </start> </config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:4:1: <service> has no name; it is left out",
                        "init.config:5:1: <service> has no name; it is left out");
        assertThat(config.children().getFirst().routes())
                .singleElement()
                .satisfies(rule -> assertThat(rule.service()).contains("A"));
    }

    @Test
    void aRuleWithoutTargetIsKept() {
        InitConfig config = InitConfig.of(Configs.parse(
                "<config>",
                START,
                "<route>",
                "<service name=\"A\"/>",
                "<any-service label=\"a\"/>",
                "<service name=\"B\">",
                "  <child/>",
                "</service>",
                "</route> </start> </config>"));

        assertThat(Configs.notices(config))
                .containsExactly(
                        "init.config:4:1: the rule for service ‘A’ has no target; requests that it speaks of are denied",
                        "init.config:5:1: the rule for any service has no target; it has no effect",
                        "init.config:6:1: the rule for service ‘B’ has no target; requests that it speaks of are denied",
                        "init.config:7:3: <child> has no name; it is left out");
        assertThat(config.children().getFirst().routes())
                .extracting(Rule::service)
                .containsExactly(Optional.of("A"), Optional.empty(), Optional.of("B"));
        assertThat(config.children().getFirst().routes())
                .allSatisfy(rule -> assertThat(rule.targets()).isEmpty());
    }

    @Test
    void aTargetWithoutNameIsDroppedAndTheOthersStay() {
        InitConfig config = InitConfig.of(Configs.parse(
                "<config>",
                START,
                "<route> <any-service>",
                "<child name=\"\"/> <parent/>",
                "</any-service> </route> </start> </config>"));

        assertThat(Configs.notices(config)).containsExactly("init.config:4:1: <child> has no name; it is left out");
        assertThat(config.children().getFirst().routes().getFirst().targets())
                .containsExactly(new Rule.Target.ToParent(Rewriting.NONE));
    }
}
