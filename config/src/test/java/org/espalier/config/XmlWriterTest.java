package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.config.Trees.parse;

import java.nio.charset.StandardCharsets;
import org.espalier.testkit.ForAll;
import org.junit.jupiter.api.Test;

final class XmlWriterTest {

    @Test
    void nodesWithoutTextAreIndented() {
        Node node = parse("<config a='1'><start name=\"x\"><binary/></start><start/></config>");
        assertThat(XmlWriter.write(node)).isEqualTo("""
                <config a="1">
                  <start name="x">
                    <binary/>
                  </start>
                  <start/>
                </config>
                """);
    }

    @Test
    void nothingIsAddedBelowANodeWithText() {
        Node node = parse("<a><b>x<c><d/></c></b><e/></a>");
        assertThat(XmlWriter.write(node)).isEqualTo("""
                <a>
                  <b>x<c>
                    <d/>
                  </c></b>
                  <e/>
                </a>
                """);
    }

    @Test
    void markupAndWhiteSpaceInValuesAreEscaped() {
        Node node = Node.named("a").attribute("x", "<>&\"'\n\t\r \u0001ä").build();
        assertThat(XmlWriter.write(node)).isEqualTo("<a x=\"&lt;&gt;&amp;&quot;'&#10;&#9;&#13; &#1;ä\"/>\n");
    }

    @Test
    void textIsEscapedOnlyWhereNeeded() {
        Node node = Node.named("a").text("1 < 2 && \"x\"\n]]>\r\uFFFE").build();
        assertThat(XmlWriter.write(node)).isEqualTo("<a>1 &lt; 2 &amp;&amp; \"x\"\n]]&gt;&#13;&#65534;</a>\n");
    }

    @Test
    void whiteSpaceThatIsTextIsMarkedAsMeant() {
        Node node = Node.named("a").text("  \n").child(Node.named("b").build()).build();
        assertThat(XmlWriter.write(node)).isEqualTo("<a>&#32; \n<b/></a>\n");
    }

    @Test
    void everyTreeIsReadBackWithTheSameContent() {
        ForAll.forAll(Trees.random(), 2000, tree -> {
            String text = XmlWriter.write(tree);
            Node fromText = parse(text);
            assertThat(fromText.sameContent(tree)).as(text).isTrue();
            assertThat(XmlWriter.write(fromText)).isEqualTo(text);
            ReadResult fromBytes = XmlReader.read("config.xml", text.getBytes(StandardCharsets.UTF_8));
            assertThat(fromBytes)
                    .isInstanceOfSatisfying(
                            ReadResult.Parsed.class,
                            parsed ->
                                    assertThat(parsed.root().sameContent(tree)).isTrue());
        });
    }

    @Test
    void deepestTreeIsReadBack() {
        Node tree = Node.named("leaf").build();
        while (tree.depth() < Node.MAX_DEPTH) {
            tree = Node.named("a").child(tree).build();
        }
        assertThat(parse(XmlWriter.write(tree)).sameContent(tree)).isTrue();
    }

    @Test
    void insideOfANodeIsWrittenWithoutTheNode() {
        assertThat(XmlWriter.writeInside(parse("<a/>"))).isEmpty();
        assertThat(XmlWriter.writeInside(parse("<a> <b c='1'> <d/> </b> <e/> </a>")))
                .isEqualTo("<b c=\"1\">\n  <d/>\n</b>\n<e/>\n");
        assertThat(XmlWriter.writeInside(parse("<a>x &lt; y<b/></a>"))).isEqualTo("x &lt; y<b/>\n");
    }
}
