package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a HID text can be malformed, with position and message. */
final class HidRefusalTest {

    private static final String IDENTIFIER = "a lower-case letter, then lower-case letters, digits, ‘_’ or ‘-’";
    private static final String NEVER_CLOSED =
            " is opened here and never closed, expected ‘-’ in the first column of a line of its own";

    private static Arguments refused(String rule, String text, String expected) {
        return Arguments.of(rule, text, "config.hid:" + expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"frame", "nodes", "attributes", "texts", "delimiters", "characters"})
    void malformedTextIsRefusedWithPositionAndReason(String rule, String text, String expected) {
        assertThat(Trees.refusal(HidReader.read("config.hid", text))).as(rule).isEqualTo(expected);
    }

    static Stream<Arguments> frame() {
        return Stream.of(
                refused("nothing", "", "1:1: found the end of the file, expected the top-level node"),
                refused("blanks", " \n \n", "3:1: found the end of the file, expected the top-level node"),
                refused(
                        "comment above the top",
                        "\n. a\nb\n-",
                        "2:1: found a comment, expected the top-level node: comments stand below it"),
                refused(
                        "sub node as the top",
                        "+ a\n-",
                        "1:1: found ‘+’, expected the type of the top-level node: " + IDENTIFIER),
                refused("end mark missing", "\n  a\n+ b\n", "2:3: top-level node <a>" + NEVER_CLOSED),
                refused("end mark on the first line", "a -", "1:1: top-level node <a>" + NEVER_CLOSED),
                refused(
                        "end mark further right",
                        "a\n -\n",
                        "2:2: found ‘-’, expected a node ‘+ type’, an attribute ‘tag: value’, a text ‘: text’"
                                + " or a comment ‘. text’"),
                refused(
                        "end mark with something behind",
                        "a\n- b",
                        "2:3: found ‘b’ behind the end mark ‘-’, expected the end of the line"),
                refused(
                        "second top-level node",
                        "a\n-\n\n b\n-",
                        "4:2: found ‘b’ below the end mark ‘-’, expected the end of the file or a comment"),
                refused(
                        "top-level node within another",
                        "a\nb\n-",
                        "2:2: found the end of the line, expected ‘:’ after the tag ‘b’ of an attribute"
                                + " (a node begins with ‘+ ’)"));
    }

    static Stream<Arguments> nodes() {
        return Stream.of(
                refused(
                        "upper case",
                        "a\n+ bCd\n-",
                        "2:4: found ‘C’ in the type of a node that begins with ‘b’, expected " + IDENTIFIER
                                + ", and a blank behind"),
                refused(
                        "colon behind the top-level type",
                        "a: b\n-",
                        "1:2: found ‘:’ in the type of a node that begins with ‘a’, expected " + IDENTIFIER
                                + ", and a blank behind"),
                refused(
                        "no blank after the plus",
                        "a\n+b\n-",
                        "2:2: found ‘b’, expected a blank and the type of a node after ‘+’"),
                refused(
                        "plus alone",
                        "a\n+\n-",
                        "2:2: found the end of the line, expected a blank and the type of a node after ‘+’"),
                refused(
                        "no type",
                        "a\n+ \n-",
                        "2:3: found the end of the line, expected the type of a node after ‘+ ’: " + IDENTIFIER),
                refused(
                        "two blanks before the type of a disabled node",
                        "a\nx  b\n-",
                        "2:3: found ‘ ’, expected the type of a node after ‘x ’: " + IDENTIFIER),
                refused(
                        "attribute in place of a name",
                        "a\n+ b  c: d\n-",
                        "2:6: found ‘c:’ behind the type of <b>, expected its name there, or ‘|’ before an attribute"),
                refused(
                        "one column further right",
                        "a\n + b\n  + c\n-",
                        "3:3: found node <c> in column 3, expected column 2 for a node beside <b> of config.hid:2:2,"
                                + " or 4 and more for one in it"),
                refused(
                        "node beside text",
                        "a\n  : b\n+ c\n-",
                        "3:1: found node <c> in <a> of config.hid:1:1, expected no node there: the node has a text,"
                                + " at config.hid:2:3"),
                refused(
                        "disabled node beside text",
                        "a\n+ b | : c\n  x d\n-",
                        "3:3: found node <d> in <b> of config.hid:2:1, expected no node there: the node has a text,"
                                + " at config.hid:2:7"));
    }

    static Stream<Arguments> attributes() {
        return Stream.of(
                refused(
                        "no colon",
                        "a\n+ b | c d\n-",
                        "2:8: found ‘ ’, expected ‘:’ after the tag ‘c’ of an attribute (a node begins with ‘+ ’)"),
                refused(
                        "no blank before the value",
                        "a | b:c\n-",
                        "1:7: found ‘c’, expected a blank after the tag ‘b:’ of an attribute"),
                refused(
                        "upper case",
                        "a | B: c\n-",
                        "1:5: found ‘B’, expected a node ‘+ type’, an attribute ‘tag: value’, a text ‘: text’"
                                + " or a comment ‘. text’"),
                refused(
                        "twice",
                        "a b | c: 1\n  name: d\n-",
                        "2:3: found attribute ‘name’ of <a> again, expected it once: it is at config.hid:1:3 already"),
                refused(
                        "left of the node before it",
                        "a\n+ b | + c\n  d: 1\n-",
                        "3:3: found attribute ‘d’ in column 3, expected it right of column 7 as part of the node"
                                + " before it, <c> of config.hid:2:7"),
                refused(
                        "below the plus of its node",
                        "a\n+ b\nd: 1\n-",
                        "3:1: found attribute ‘d’ in column 1, expected it right of column 1 as part of the node"
                                + " before it, <b> of config.hid:2:1"),
                refused(
                        "behind the text",
                        "a\n+ b\n  : c\n  d: 1\n-",
                        "4:3: found attribute ‘d’ behind the text of <b> of config.hid:2:1, expected it before that"
                                + " text, at config.hid:3:3"));
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                refused(
                        "no blank after the colon",
                        "a\n  :b\n-",
                        "2:4: found ‘b’, expected a blank between ‘:’ and the text"),
                refused(
                        "no blank after the dot",
                        "a\n..\n-",
                        "2:2: found ‘.’, expected a blank between ‘.’ and the comment"),
                refused(
                        "text left of the node before it",
                        "a\n+ b\n  + c\n  : d\n-",
                        "4:3: found a line of text in column 3, expected it right of column 3 as part of the node"
                                + " before it, <c> of config.hid:3:3"));
    }

    static Stream<Arguments> delimiters() {
        String before = "found ‘|’, expected a blank before it (it separates, and no value can hold it)";
        String after = ", expected a blank after ‘|’ (it separates, and no value can hold it)";
        return Stream.of(
                refused("no blank before", "a | b: c| d: e\n-", "1:9: " + before),
                refused("no blank before, behind a type", "a| b: c\n-", "1:2: " + before),
                refused(
                        "no blank before, behind a tag",
                        "a | b:| c: d\n-",
                        "1:7: found ‘|’, expected a blank after the tag ‘b:’ of an attribute"),
                refused("no blank after", "a\n|b: c\n-", "2:2: found ‘b’" + after),
                refused("two in a row", "a\n|| b: c\n-", "2:2: found ‘|’" + after),
                refused(
                        "nothing behind",
                        "a | b: c |  \n-",
                        "1:10: found ‘|’ at the end of the line, expected something behind it"));
    }

    static Stream<Arguments> characters() {
        String text = ", which is no character of a text, expected UTF-8 text without control characters";
        String inValue = " in a value, expected no tab and no CR there";
        return Stream.of(
                refused("control character", "a\n. \u0001\n-", "2:3: found U+0001" + text),
                refused("tab in a value", "a | b: c\td\n-", "1:9: found U+0009" + inValue),
                refused("tab behind a name", "a b\t\n-", "1:4: found U+0009" + inValue),
                refused("carriage return in a value", "a b\r c\n-", "1:4: found U+000D" + inValue),
                refused(
                        "tab in front",
                        "a\n\t+ b\n-",
                        "2:1: found U+0009, expected a node ‘+ type’, an attribute ‘tag: value’, a text ‘: text’"
                                + " or a comment ‘. text’"),
                refused(
                        "carriage return in a text",
                        "a\n: b\rc\n-",
                        "2:4: found U+000D in a text, expected it before the end of a line only"),
                refused(
                        "carriage return in a comment",
                        "a\n. \rb\r\n-",
                        "2:3: found U+000D in a comment, expected it before the end of a line only"));
    }
}
