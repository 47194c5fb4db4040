package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.config.Trees.parse;
import static org.espalier.config.Trees.parseHid;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What well-formed HID texts are read as, and where. */
final class HidReaderTest {

    private static void same(String hid, String xml) {
        Node node = parseHid(hid);
        assertThat(node.sameContent(parse(xml))).as(XmlWriter.write(node)).isTrue();
    }

    @Test
    void configurationOfInitIsReadWithPositions() {
        Node config = parseHid("""
                config | verbose: yes
                .
                . a system of one
                .
                + parent-provides | + service LOG

                + start init
                |        caps:  100 | . enough
                |        label: a b
                | + resource RAM | quantum: 4M
                -
                """);
        assertThat(config).hasToString("<config> (config.hid:1:1)");
        assertThat(config.attribute("verbose").orElseThrow().position()).hasToString("config.hid:1:10");
        assertThat(config.children())
                .extracting(Node::toString)
                .containsExactly("<parent-provides> (config.hid:5:1)", "<start> (config.hid:7:1)");
        assertThat(config.children().getFirst().child("service").orElseThrow())
                .hasToString("<service> (config.hid:5:21)");
        Node start = config.child("start").orElseThrow();
        assertThat(start.attributes())
                .containsExactly(
                        new Attribute("name", "init", new Position("config.hid", 7, 9)),
                        new Attribute("caps", "100", new Position("config.hid", 8, 10)),
                        new Attribute("label", "a b", new Position("config.hid", 9, 10)));
        assertThat(start.child("resource").orElseThrow().size("quantum"))
                .isEqualTo(new Value.Given<>(new ByteSize(4 << 20)));
    }

    @Test
    void indentationSaysWhatIsInWhat() {
        same("""
                a
                + b
                  + c
                       + d
                    + e
                + f
                     + g
                -""", "<a><b><c><d/><e/></c></b><f><g/></f></a>");
    }

    @Test
    void segmentsCountAsLinesInTheirColumns() {
        same("""
                route
                + service ROM | label: config | + child c | label: d
                |                             | + child e
                + service Gui                 | + child f
                + any-service | + parent
                -
                """, """
                <route>
                  <service name="ROM" label="config"><child name="c" label="d"/><child name="e"/></service>
                  <service name="Gui"><child name="f"/></service>
                  <any-service><parent/></any-service>
                </route>""");
    }

    @Test
    void delimitersInFrontOfALineMeanNothing() {
        same("""
                a
                |
                | | + b
                | |   | + c
                  |
                -
                """, "<a><b><c/></b></a>");
    }

    @Test
    void columnsCountCodePoints() {
        Node node = parseHid("a | x: \uD83C\uDF33ä | + b\n|                + c\n-");
        assertThat(node.children().getFirst().position()).isEqualTo(new Position("config.hid", 1, 13));
        assertThat(node.children().getFirst().children()).hasSize(1);
    }

    @Test
    void valuesHoldAllButDelimitersAndBlanksAround() {
        same(
                "a -> b: c | x:   'q' \"<&>: . + é  | y: | z: -\n-",
                "<a name='-&gt; b: c' x=\"'q' &quot;&lt;&amp;&gt;: . + é\" y='' z='-'/>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b", ": b", ". b", "-", "+", "1:", "A: b", "b :"})
    void nameMayLookLikeManyThings(String name) {
        assertThat(parseHid("a " + name + "\n-").string("name", "")).isEqualTo(name);
    }

    @Test
    void attributesOfTheTopLevelNodeMayStandAnywhereRightOfNothing() {
        same("a\nx: 1\n y: 2 | z: 3\n-", "<a x='1' y='2' z='3'/>");
    }

    @Test
    void textTakesTheRestOfItsLine() {
        assertThat(parseHid("""
                a
                : one | two: 3
                :  -\tx\s
                :
                  : . four
                -
                """).text()).isEqualTo("one | two: 3\n -\tx \n\n. four");
        same("a\n+ b c | : d | e\n+ f | :\n-", "<a><b name='c'>d | e</b><f/></a>");
    }

    @Test
    void commentsMayStandAnywhereBelowTheTop() {
        same("""
                a | . b: c
                      . |
                . \t
                + d | x: 1 | . y: 2
                .
                  z: 3
                . + e
                  : f
                . +
                  : g
                - \s
                . h
                """, "<a><d x='1' z='3'>f\ng</d></a>");
    }

    @Test
    void disabledNodesAreLeftOutWithAllThatIsInThem() {
        same("""
                a
                x b | x: 1 | + c
                |              : text
                + d | x e | + f
                |     + g
                x h
                  : text
                + x | x: 2
                -
                """, "<a><d><g/></d><x x='2'/></a>");
    }

    @Test
    void topLevelNodeMayBeCalledX() {
        same("x y | x: z\n-", "<x name='y' x='z'/>");
    }

    @Test
    void carriageReturnsBeforeLineFeedsAndWhiteSpaceInFrontDoNotCount() {
        same("\r\n \n a | x: 1\r\n: b\r\n-\r\n\r\n", "<a x='1'>b</a>");
    }

    @Test
    void byteOrderMarkIsNotPartOfTheText() {
        assertThat(parseHid("\uFEFFa\n-")).hasToString("<a> (config.hid:1:1)");
    }

    @Test
    void deepestTreeIsReadAndOneLevelMoreIsRefused() {
        int most = Node.MAX_DEPTH;
        assertThat(parseHid(deep(most - 1) + "-").depth()).isEqualTo(most);
        assertThat(Trees.refusal(HidReader.read("config.hid", deep(most) + "-")))
                .isEqualTo("config.hid:257:511: found node <b> on level 257, expected at most 256 levels of nodes");
    }

    private static String deep(int levels) {
        StringBuilder text = new StringBuilder("a\n");
        for (int i = 0; i < levels; i++) {
            text.repeat("  ", i).append("+ b\n");
        }
        return text.toString();
    }
}
