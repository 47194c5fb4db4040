package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.testkit.ForAll.forAll;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.config.Node;
import org.espalier.testkit.Choices;
import org.espalier.testkit.Gen;
import org.junit.jupiter.api.Test;

/** Whatever a configuration holds, reading it ends well. */
final class InitConfigRandomTest {
    private static final List<String> NODES = List.of(
            "config",
            "start",
            "route",
            "default-route",
            "default",
            "parent-provides",
            "provides",
            "service",
            "any-service",
            "parent",
            "child",
            "any-child",
            "binary",
            "resource",
            "exit",
            "configfile",
            "affinity",
            "report",
            "starts",
            "rout",
            "x",
            "é");

    private static final List<String> ATTRIBUTES = List.of(
            "name",
            "ram",
            "caps",
            "quantum",
            "preserve",
            "propagate",
            "label",
            "label_prefix",
            "label_suffix",
            "label_last",
            "unscoped_label",
            "priority",
            "managing_system",
            "version",
            "nam",
            "x");

    private static final List<String> VALUES = List.of(
            "",
            "a",
            "b",
            "RAM",
            "CAP",
            "CPU",
            "RAMM",
            "4M",
            "0",
            "-1",
            "9223372036854775807",
            "99999999999999999999G",
            "yes",
            "no",
            "maybe",
            "a -> b",
            " -> ",
            "->",
            "\n",
            "\u0000",
            "\uD83C\uDF33",
            "n".repeat(65),
            "\uD83C\uDF33".repeat(65));

    private static final Gen<Node> TREES =
            choices -> node(choices, choices.oneIn(4) ? choices.pick(NODES) : "config", 5);

    private static Node node(Choices choices, String name, int levels) {
        Node.Builder node = Node.named(name);
        Set<String> attributes = new TreeSet<>();
        for (int i = choices.below(5); i > 0; i--) {
            attributes.add(choices.pick(ATTRIBUTES));
        }
        attributes.forEach(attribute -> node.attribute(attribute, choices.pick(VALUES)));
        if (choices.oneIn(4)) {
            node.text(choices.pick(VALUES));
        }
        for (int i = levels > 1 ? choices.below(6) : 0; i > 0; i--) {
            node.child(node(
                    choices, name.equals("config") && choices.oneIn(2) ? "start" : choices.pick(NODES), levels - 1));
        }
        return node.build();
    }

    @Test
    void everyTreeIsReadIntoChildrenThatCanBeStarted() {
        forAll(TREES, 3_000, tree -> {
            InitConfig config = InitConfig.of(tree);

            Set<String> names = new HashSet<>();
            for (ChildSpec child : config.children()) {
                assertThat(names.add(child.name())).isTrue();
                assertThat(child.name()).isNotEmpty().hasSizeLessThan(65).doesNotContain(" -> ", "\n", "\u0000");
                assertThat(child.binary()).isNotEmpty();
                assertThat(child.ram().bytes()).isPositive();
                assertThat(child.caps().count()).isPositive();
                assertThat(child.provides()).doesNotContain("");
            }
            assertThat(config.parentProvides()).doesNotContain("");
        });
    }

    @Test
    void everyStartIsAChildOrHasANotice() {
        forAll(TREES, 3_000, tree -> {
            InitConfig config = InitConfig.of(tree);

            int leftOut = tree.children("start").size() - config.children().size();
            assertThat(config.notices()).hasSizeGreaterThanOrEqualTo(leftOut);
        });
    }

    @Test
    void everyNoticeIsOneLine() {
        forAll(
                TREES,
                3_000,
                tree -> assertThat(InitConfig.of(tree).notices())
                        .allSatisfy(notice -> assertThat(notice.toString()
                                        .codePoints()
                                        .filter(Character::isISOControl)
                                        .count())
                                .isZero()));
    }
}
