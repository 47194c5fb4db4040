package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.config.Trees.parse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.espalier.testkit.ForAll;
import org.junit.jupiter.api.Test;

final class NodeTest {

    @Test
    void firstChildAndAllChildrenAreFoundByName() {
        Node node = parse("<a><b n='1'/><c/><b n='2'/></a>");
        assertThat(node.child("b").orElseThrow().string("n", "")).isEqualTo("1");
        assertThat(node.child("d")).isEmpty();
        assertThat(node.children("b")).extracting(b -> b.string("n", "")).containsExactly("1", "2");
        assertThat(node.children()).extracting(Node::name).containsExactly("b", "c", "b");
    }

    @Test
    void attributesKeepTheirOrderAndAreFoundByNameHoweverMany() {
        Node.Builder builder = Node.named("wide");
        for (int i = 0; i < 100; i++) {
            builder.attribute("n" + i, "v" + i);
        }
        Node node = builder.build();
        assertThat(node.attributes())
                .extracting(Attribute::name)
                .startsWith("n0", "n1", "n2")
                .hasSize(100);
        assertThat(node.string("n77", "none")).isEqualTo("v77");
        assertThat(node.string("n100", "none")).isEqualTo("none");
        assertThat(node.has("n99")).isTrue();
        assertThat(node.attribute("n100")).isEmpty();
    }

    @Test
    void sameContentIgnoresPositionsAndTheOrderOfAttributes() {
        Node node = parse("<a x='1' y='2'><b/>text</a>");
        Node moved = parse("\n\n<a   y='2' x='1'>text<b  /></a>");
        assertThat(node.sameContent(moved)).isTrue();
        assertThat(node.contentHash()).isEqualTo(moved.contentHash());
    }

    @Test
    void sameContentSeesEveryDifference() {
        Node node = parse("<a x='1'><b/><c/>text</a>");
        for (String other : List.of(
                "<z x='1'><b/><c/>text</z>",
                "<a x='2'><b/><c/>text</a>",
                "<a z='1'><b/><c/>text</a>",
                "<a><b/><c/>text</a>",
                "<a x='1'><c/><b/>text</a>",
                "<a x='1'><b/>text</a>",
                "<a x='1'><b/><c y=''/>text</a>",
                "<a x='1'><b/><c/>test</a>",
                "<a x='1'><b/><c/></a>")) {
            assertThat(node.sameContent(parse(other))).as(other).isFalse();
            assertThat(node.contentHash()).as(other).isNotEqualTo(parse(other).contentHash());
        }
    }

    @Test
    void builderGoesOnWithoutTouchingWhatItBuilt() {
        Node.Builder builder = Node.named("a").text("one");
        Node first = builder.build();
        builder.attribute("x", "1").child(Node.named("b").build()).text("two");
        assertThat(first.sameContent(Node.named("a").text("one").build())).isTrue();
        assertThat(first.depth()).isEqualTo(1);
        assertThat(builder.build().depth()).isEqualTo(2);
    }

    @Test
    void builderKeepsPositions() {
        Position start = new Position("x.hid", 3, 5);
        Position name = new Position("x.hid", 3, 9);
        Node node = Node.named("a")
                .at(start)
                .attribute(new Attribute("x", "1", name))
                .attribute("y", "2")
                .children(List.of(Node.named("b").build()))
                .build();
        assertThat(node).hasToString("<a> (x.hid:3:5)");
        assertThat(node.attributes()).extracting(Attribute::position).containsExactly(name, start);
        assertThat(node.children().getFirst().position()).isEqualTo(Position.GENERATED);
    }

    @Test
    void builderRefusesWhatNoNotationCanExpress() {
        assertRefused(() -> Node.named("1a"), "‘1a’ is not an XML name.");
        assertRefused(() -> Node.named(""), "‘’ is not an XML name.");
        assertRefused(() -> Node.named("a").attribute("x y", ""), "‘x y’ is not an XML name.");
        assertRefused(
                () -> Node.named("a").attribute("x", "a\uD83C"),
                "‘a<U+D83C>’ is not Unicode text: half of a surrogate pair is missing.");
        assertRefused(
                () -> Node.named("a").text("\uDF33"),
                "‘<U+DF33>’ is not Unicode text: half of a surrogate pair is missing.");
        assertRefused(
                () -> Node.named("a").attribute("x", "1").attribute("x", "2"), "<a> has an attribute ‘x’ already.");
        assertRefused(() -> new Position("f", 0, 1), "Lines and columns count from 1, but the position is 0:1.");
    }

    @Test
    void builderRefusesMoreThan256Levels() {
        Node tree = Node.named("leaf").build();
        while (tree.depth() < Node.MAX_DEPTH) {
            tree = Node.named("a").child(tree).build();
        }
        Node deepest = tree;
        assertRefused(
                () -> Node.named("a").child(deepest),
                "<a> is 256 levels deep and cannot be a child: a tree has at most 256 levels.");
    }

    @Test
    void treeIsAlwaysLikeItself() {
        ForAll.forAll(Trees.random(), 500, tree -> {
            Node.Builder reversed = Node.named(tree.name()).text(tree.text()).children(tree.children());
            List<Attribute> attributes = new ArrayList<>(tree.attributes());
            Collections.reverse(attributes);
            attributes.forEach(reversed::attribute);
            assertThat(tree.sameContent(reversed.build())).isTrue();
            assertThat(reversed.build().contentHash()).isEqualTo(tree.contentHash());
        });
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
