package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.config.Trees.parse;
import static org.espalier.config.Trees.refusal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What well-formed texts are read as, and where. */
final class XmlReaderTest {

    @Test
    void configurationOfInitIsReadWithPositions() {
        Node config = parse("""
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- a system
                     of one -->
                <config verbose="yes">
                \t<parent-provides> <service name="LOG"/> </parent-provides>
                  <start name="init"
                         caps='100'>
                    <resource name="RAM" quantum="4M"/>
                  </start>
                </config>
                """);
        assertThat(config).hasToString("<config> (config.xml:4:1)");
        assertThat(config.attribute("verbose").orElseThrow().position()).hasToString("config.xml:4:9");
        assertThat(config.text()).isEmpty();
        assertThat(config.children())
                .extracting(Node::toString)
                .containsExactly("<parent-provides> (config.xml:5:2)", "<start> (config.xml:6:3)");
        Node start = config.child("start").orElseThrow();
        assertThat(start.attributes())
                .containsExactly(
                        new Attribute("name", "init", new Position("config.xml", 6, 10)),
                        new Attribute("caps", "100", new Position("config.xml", 7, 10)));
        assertThat(start.child("resource").orElseThrow().size("quantum"))
                .isEqualTo(new Value.Given<>(new ByteSize(4 << 20)));
    }

    @Test
    void columnsCountCodePoints() {
        Node node = parse("<a x='\uD83C\uDF33ä\t'><b/></a>");
        assertThat(node.children().getFirst().position()).isEqualTo(new Position("config.xml", 1, 12));
    }

    @Test
    void everyLineEndCountsOnce() {
        assertThat(parse("<a>\r\n<b/>\r<c/>\n<d/>\n\r<e/></a>").children())
                .extracting(child -> child.position().line())
                .containsExactly(2, 3, 4, 6);
    }

    @Test
    void everyLineEndIsReadAsLineFeed() {
        assertThat(parse("<a>x\r\ny\rz\n<![CDATA[\r\n\r]]></a>").text()).isEqualTo("x\ny\nz\n\n\n");
    }

    @Test
    void literalLineEndAndTabInAValueAreSpaces() {
        assertThat(parse("<a x='1\r\n2\n3\r4\t5&#10;6'/>").string("x", "")).isEqualTo("1 2 3 4 5\n6");
    }

    @Test
    void referencesAreResolved() {
        String references = "&lt;&gt;&amp;&quot;&apos;&#65;&#x1F333;&#0;&#x00000041;";
        Node node = parse("<a x=\"" + references + "\">" + references + "</a>");
        assertThat(node.string("x", "")).isEqualTo("<>&\"'A\uD83C\uDF33\0A");
        assertThat(node.text()).isEqualTo(node.string("x", ""));
    }

    @Test
    void otherKindOfQuoteIsPartOfTheValue() {
        Node node = parse("<a x=\"it's\" y='\"' z=''/>");
        assertThat(node.attributes()).extracting(Attribute::value).containsExactly("it's", "\"", "");
    }

    @Test
    void piecesOfTextAreJoined() {
        assertThat(parse("<a> one<!-- no --> two<b/><![CDATA[ <three> ]]>&#33;</a>")
                        .text())
                .isEqualTo(" one two <three> !");
    }

    @Test
    void literalWhiteSpaceAloneIsLayout() {
        assertThat(parse("<a> \n <b/>\t<!-- c -->\r\n</a>").text()).isEmpty();
        assertThat(parse("<a> \n </a>").text()).isEmpty();
        assertThat(parse("<a> \n </a>").sameContent(parse("<a/>"))).isTrue();
    }

    @Test
    void whiteSpaceThatIsMeantIsText() {
        assertThat(parse("<a><![CDATA[ \n ]]></a>").text()).isEqualTo(" \n ");
        assertThat(parse("<a>&#32;\n</a>").text()).isEqualTo(" \n");
    }

    @Test
    void commentMayHoldAnything() {
        Node node = parse("<!-- -- <x> & ]]> \n --- --><!----><a><!-- <b/> --></a><!-- end -->\n");
        assertThat(node).hasToString("<a> (config.xml:2:16)");
        assertThat(node.children()).isEmpty();
    }

    @Test
    void endTagAndEqualsSignMayHaveWhiteSpaceAround() {
        assertThat(parse("<a x\n=\t'1' ></a\n>").string("x", "")).isEqualTo("1");
    }

    @Test
    void namesMayUseOtherScripts() {
        assertThat(parse("<größe 名='x'/>").string("名", "")).isEqualTo("x");
    }

    @Test
    void byteOrderMarkIsNotPartOfTheText() {
        byte[] bytes = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, '<', 'a', '/', '>'};
        assertThat(XmlReader.read("config.xml", bytes))
                .isInstanceOfSatisfying(
                        ReadResult.Parsed.class,
                        parsed -> assertThat(parsed.root()).hasToString("<a> (config.xml:1:1)"));
        assertThat(parse("\uFEFF<a/>")).hasToString("<a> (config.xml:1:1)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<?xml version=\"1.0\"?>",
                "<?xml version='1.1' encoding='utf-8'?>",
                "<?xml  version = \"1.0\"\n encoding=\"US-ASCII\" standalone='yes' ?>",
                "<?xml version='1.0' standalone='no'?>"
            })
    void declarationIsAccepted(String declaration) {
        assertThat(parse(declaration + "<a/>").name()).isEqualTo("a");
    }

    @Test
    void deepestTreeIsReadAndOneLevelMoreIsRefused() {
        int most = Node.MAX_DEPTH;
        assertThat(parse("<a>".repeat(most) + "</a>".repeat(most)).depth()).isEqualTo(most);
        assertThat(parse("<a>".repeat(most - 1) + "<b/>" + "</a>".repeat(most - 1))
                        .depth())
                .isEqualTo(most);
        assertThat(refusal("<a>".repeat(most) + "<b/>"))
                .isEqualTo("config.xml:1:769: found element <b> on level 257, expected at most 256 levels of elements");
        assertThat(refusal("<a>\n".repeat(1_000_000)))
                .isEqualTo("config.xml:257:1: found element <a> on level 257, expected at most 256 levels of elements");
    }
}
