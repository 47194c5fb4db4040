package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.config.Trees.refusal;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a text can be malformed, with position and message. */
final class XmlRefusalTest {

    private static Arguments refused(String rule, String text, String expected) {
        return Arguments.of(rule, text, "config.xml:" + expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"unclosed", "elements", "attributes", "references", "outside", "unsupported", "characters"})
    void malformedTextIsRefusedWithPositionAndReason(String rule, String text, String expected) {
        assertThat(refusal(text)).as(rule).isEqualTo(expected);
    }

    static Stream<Arguments> unclosed() {
        return Stream.of(
                refused(
                        "comment",
                        "<a>\n  <!-- x -- >\n</a>\n",
                        "2:3: comment is opened here and never closed, expected ‘-->’ before the end of the file"),
                refused(
                        "comment whose end overlaps its start",
                        "<!-->",
                        "1:1: comment is opened here and never closed, expected ‘-->’ before the end of the file"),
                refused(
                        "CDATA section",
                        "<a>\n<![CDATA[ ]] >\n</a>",
                        "2:1: CDATA section is opened here and never closed, expected ‘]]>’ before the end of the file"),
                refused(
                        "start tag",
                        "<a>\n <b x='1'\n",
                        "2:2: start tag <b> is opened here and never closed, expected ‘>’ before the end of the file"),
                refused(
                        "start tag with half of its end",
                        "<a/",
                        "1:1: start tag <a> is opened here and never closed, expected ‘>’ before the end of the file"),
                refused(
                        "start tag after the name of an attribute",
                        "<a x",
                        "1:1: start tag <a> is opened here and never closed, expected ‘>’ before the end of the file"),
                refused(
                        "start tag before the value of an attribute",
                        "<a x = ",
                        "1:1: start tag <a> is opened here and never closed, expected ‘>’ before the end of the file"),
                refused(
                        "value",
                        "<a\n x='1\n\n",
                        "2:4: value of attribute ‘x’ of <a> is opened here and never closed,"
                                + " expected ‘'’ before the end of the file"),
                refused(
                        "end tag",
                        "<a></a ",
                        "1:4: end tag </a> is opened here and never closed, expected ‘>’ before the end of the file"),
                refused(
                        "end tag without name",
                        "<a></",
                        "1:4: end tag is opened here and never closed, expected ‘>’ before the end of the file"),
                refused(
                        "element: the innermost is named",
                        "<a>\n <b>\n  <c/>\n",
                        "2:2: element <b> is opened here and never closed, expected ‘</b>’ before the end of the file"),
                refused(
                        "declaration",
                        "<?xml version='1.0'>\n<a/>",
                        "1:1: XML declaration is opened here and never closed,"
                                + " expected ‘?>’ before the end of the file"));
    }

    static Stream<Arguments> elements() {
        return Stream.of(
                refused(
                        "end tag of another element names both places",
                        "<a>\n  <b>\n</a>",
                        "3:1: found end tag </a>, expected </b> for <b> of config.xml:2:3"),
                refused(
                        "end tag without start tag",
                        "<a/>\n</a>",
                        "2:1: found end tag </a>, expected no end tag here: no element is open"),
                refused("end tag with an attribute", "<a></a x='1'>", "1:8: found ‘x’, expected ‘>’ of end tag </a>"),
                refused(
                        "end tag whose name is none",
                        "<a></ a>",
                        "1:6: found ‘ ’, expected the name of an element after ‘</’"),
                refused(
                        "start tag whose name is none",
                        "<a>1 < 2</a>",
                        "1:7: found ‘ ’, expected the name of an element after ‘<’"
                                + " (the character ‘<’ itself is written &lt;)"),
                refused(
                        "start tag at the end of the line",
                        "<\n",
                        "1:2: found the end of the line, expected the name of an element after ‘<’"
                                + " (the character ‘<’ itself is written &lt;)"),
                refused(
                        "slash in the middle of a start tag",
                        "<a / >",
                        "1:4: found ‘/’ in start tag <a> of config.xml:1:1, expected an attribute, ‘>’ or ‘/>’"),
                refused(
                        "start tag in a start tag",
                        "<a>\n <b\n <c/></a>",
                        "3:2: found ‘<’ in start tag <b> of config.xml:2:2, expected an attribute, ‘>’ or ‘/>’"));
    }

    static Stream<Arguments> attributes() {
        return Stream.of(
                refused(
                        "attribute twice names both places",
                        "<a x='1'\n y='2' x='3'/>",
                        "2:8: found attribute ‘x’ of <a> again, expected it once: it is at config.xml:1:4 already"),
                refused(
                        "attribute twice among many",
                        "<a b='' c='' d='' e='' f='' g='' h='' i='' j='' k='' c=''/>",
                        "1:54: found attribute ‘c’ of <a> again, expected it once: it is at config.xml:1:9 already"),
                refused(
                        "attribute without value",
                        "<a x y='1'/>",
                        "1:6: found ‘y’, expected ‘=’ after the name of attribute ‘x’ of <a>"),
                refused(
                        "value without quotes",
                        "<a x=1/>",
                        "1:6: found ‘1’, expected the value of attribute ‘x’ of <a> in quotes"),
                refused(
                        "attributes without space between",
                        "<a x='1'y='2'/>",
                        "1:9: found ‘y’, expected white space before the next attribute of <a>"),
                refused(
                        "forgotten closing quote",
                        "<a x=\"1>\n  <b y=\"2\"/></a>",
                        "2:3: found ‘<’ in the value of attribute ‘x’ of <a>, expected the closing ‘\"’ of the one at"
                                + " config.xml:1:6 (the character ‘<’ itself is written &lt;)"));
    }

    static Stream<Arguments> references() {
        String named = ", expected &lt; &gt; &amp; &quot; &apos; or a number such as &#10;"
                + " (the character ‘&’ itself is written &amp;)";
        String numbered = ", expected the number of a Unicode character such as &#10; or &#xA;";
        return Stream.of(
                refused("unknown entity", "<a>\n&copy;</a>", "2:1: found ‘&copy;’" + named),
                refused("entity in another case", "<a x='&LT;'/>", "1:7: found ‘&LT;’" + named),
                refused("ampersand alone", "<a>x & y</a>", "1:6: found ‘&’ without ‘;’" + named),
                refused("entity without semicolon", "<a x='&lt'/>", "1:7: found ‘&lt’ without ‘;’" + named),
                refused("ampersand at the end", "<a>&", "1:4: found ‘&’ without ‘;’" + named),
                refused("empty entity", "<a>&;</a>", "1:4: found ‘&;’" + named),
                refused("number without digits", "<a>&#;</a>", "1:4: found ‘&#;’" + numbered),
                refused("hexadecimal without digits", "<a>&#x;</a>", "1:4: found ‘&#x;’" + numbered),
                refused("number with letters", "<a>&#1a;</a>", "1:4: found ‘&#1a;’" + numbered),
                refused("half of a surrogate pair", "<a>&#xD83C;</a>", "1:4: found ‘&#xD83C;’" + numbered),
                refused("number beyond Unicode", "<a>&#x110000;</a>", "1:4: found ‘&#x110000;’" + numbered),
                refused("number beyond int", "<a>&#99999999999;</a>", "1:4: found ‘&#99999999999;’" + numbered));
    }

    static Stream<Arguments> outside() {
        return Stream.of(
                refused("nothing", "", "1:1: found the end of the file, expected the top-level element"),
                refused(
                        "only comments",
                        " <!-- x -->\n",
                        "2:1: found the end of the file, expected the top-level element"),
                refused("text before", "\n x<a/>", "2:2: found ‘x’, expected the top-level element"),
                refused(
                        "CDATA before",
                        "<![CDATA[x]]><a/>",
                        "1:1: found a CDATA section, expected the top-level element"),
                refused(
                        "text after",
                        "<a/>\nx",
                        "2:1: found ‘x’ after the top-level element <a>, expected the end of the file"),
                refused(
                        "reference after",
                        "<a/>&#32;",
                        "1:5: found ‘&’ after the top-level element <a>, expected the end of the file"),
                refused(
                        "CDATA after",
                        "<a/><![CDATA[]]>",
                        "1:5: found a CDATA section after the top-level element <a>, expected the end of the file"),
                refused(
                        "second top-level element",
                        "<a/>\n<b/>",
                        "2:1: found a second top-level element <b>,"
                                + " expected the end of the file after <a> of config.xml:1:1"));
    }

    static Stream<Arguments> unsupported() {
        return Stream.of(
                refused(
                        "document type",
                        "<!DOCTYPE a><a/>",
                        "1:1: found a document type ‘<!DOCTYPE’, expected elements only: document types are not supported"),
                refused(
                        "processing instruction",
                        "<a>\n<?php ?></a>",
                        "2:1: found a processing instruction ‘<?’, expected elements only: they are not supported"),
                refused(
                        "other declaration",
                        "<!ELEMENT a>",
                        "1:1: found ‘<!’, expected an element, a comment ‘<!-- … -->’ or a section ‘<![CDATA[ … ]]>’"),
                refused(
                        "declaration that is not first",
                        "\n<?xml version='1.0'?><a/>",
                        "2:1: found an XML declaration, expected it at the very beginning of the file or not at all"),
                refused(
                        "declaration without version",
                        "<?xml encoding='UTF-8'?><a/>",
                        "1:1: found a malformed XML declaration,"
                                + " expected <?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
                refused(
                        "another encoding",
                        "<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
                        "1:1: found the encoding ‘ISO-8859-1’, expected UTF-8"));
    }

    static Stream<Arguments> characters() {
        String text = ", which is no character of a text, expected UTF-8 text without control characters";
        return Stream.of(
                refused("control character", "<a>\n\u0001</a>", "2:1: found U+0001" + text),
                refused("zero after the end", "<a/>\n\0", "2:1: found U+0000" + text),
                refused("control character in a comment", "<a/><!--\u001b-->", "1:9: found U+001B" + text),
                refused("first half of a surrogate pair", "<a>\uD83C</a>", "1:4: found U+D83C" + text),
                refused("second half of a surrogate pair", "<a>\uDF33</a>", "1:4: found U+DF33" + text),
                refused("half of a surrogate pair at the end", "<a/>\uD83C", "1:5: found U+D83C" + text),
                refused("no character at all", "<a>\uFFFF</a>", "1:4: found U+FFFF" + text));
    }

    @Test
    void byteThatIsNotUtf8IsRefusedWhereItStands() {
        byte[] latin1 = "<a>\n  grün</a>".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(refusal(XmlReader.read("config.xml", latin1)))
                .isEqualTo("config.xml:2:5: found the byte 0xfc, which is not UTF-8 here, expected UTF-8 text");
    }

    @Test
    void utf8ThatIsCutOffIsRefusedWhereItsCharacterStarts() {
        byte[] cut = {'<', 'a', '>', (byte) 0xC3, (byte) 0xA4, (byte) 0xE2, (byte) 0x82};
        assertThat(refusal(XmlReader.read("config.xml", cut)))
                .isEqualTo("config.xml:1:5: found the byte 0xe2, which is not UTF-8 here, expected UTF-8 text");
    }
}
