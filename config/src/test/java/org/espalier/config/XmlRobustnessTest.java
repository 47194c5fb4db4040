package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.config.Trees.parse;
import static org.espalier.config.Trees.refusal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.espalier.testkit.Choices;
import org.espalier.testkit.ForAll;
import org.espalier.testkit.Gen;
import org.junit.jupiter.api.Test;

/** Texts that nobody would write. */
final class XmlRobustnessTest {

    private static final String VALID = """
            <?xml version="1.0"?>
            <!-- all there is -->
            <config a="1" b='&quot;2&#x33;'>
              <start name="größe"><![CDATA[ <raw> ]]>&lt;text&gt;</start>
              <empty/>
            </config>
            """;

    private static final List<String> FRAGMENTS = List.of(
            "",
            "<",
            ">",
            "/",
            "&",
            ";",
            "\"",
            "'",
            "=",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?xml ",
            "?>",
            "</",
            "/>",
            "&#",
            "&#x",
            "<a",
            " ",
            "\n",
            "\r",
            "\0",
            "\uD83C",
            "\uDF33",
            "x",
            "config");

    @Test
    void mutatedTextIsReadOrRefusedButNothingElse() {
        ForAll.forAll(XmlRobustnessTest::mutated, 30_000, text -> {
            ReadResult result = XmlReader.read("config.xml", text);
            switch (result) {
                case ReadResult.Parsed(Node root) ->
                    assertThat(parse(XmlWriter.write(root)).sameContent(root)).isTrue();
                case ReadResult.Malformed malformed -> assertPositionIsInside(text, malformed.position());
            }
        });
    }

    private static String mutated(Choices choices) {
        StringBuilder text = new StringBuilder(VALID);
        do {
            int from = choices.below(text.length() + 1);
            int to = Math.min(text.length(), from + choices.below(4));
            text.replace(from, to, choices.pick(FRAGMENTS));
        } while (choices.below(4) > 0);
        return text.toString();
    }

    private static void assertPositionIsInside(String text, Position position) {
        List<String> lines = List.of(text.split("\r\n|\r|\n", -1));
        assertThat(position.line()).isBetween(1, lines.size());
        String line = lines.get(position.line() - 1);
        assertThat(position.column()).isBetween(1, line.length() + 1);
    }

    @Test
    void mutatedBytesAreReadOrRefusedButNothingElse() {
        byte[] valid = VALID.getBytes(StandardCharsets.UTF_8);
        Gen<byte[]> mutated = choices -> {
            byte[] bytes = valid.clone();
            do {
                bytes[choices.below(bytes.length)] = (byte) choices.below(256);
            } while (choices.below(3) > 0);
            return bytes;
        };
        ForAll.forAll(
                mutated,
                20_000,
                bytes -> assertThat(XmlReader.read("config.xml", bytes)).isNotNull());
    }

    @Test
    void everyPrefixIsRefused() {
        String document = VALID.stripTrailing();
        for (int end = 0; end < document.length(); end++) {
            assertThat(refusal(document.substring(0, end))).isNotEmpty();
        }
    }

    @Test
    void bytesAndTextAreReadAlike() {
        ForAll.forAll(XmlRobustnessTest::mutated, 5_000, text -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            // Half a surrogate pair has no bytes in UTF-8; the encoder puts a question mark.
            ReadResult fromBytes = XmlReader.read("config.xml", bytes);
            ReadResult fromText = XmlReader.read("config.xml", new String(bytes, StandardCharsets.UTF_8));
            switch (fromBytes) {
                case ReadResult.Parsed(Node root) ->
                    assertThat(fromText)
                            .isInstanceOfSatisfying(
                                    ReadResult.Parsed.class,
                                    parsed -> assertThat(parsed.root().sameContent(root))
                                            .isTrue());
                case ReadResult.Malformed malformed -> assertThat(fromText).isEqualTo(malformed);
            }
        });
    }

    @Test
    void documentOf20MegabytesIsRead() {
        String start =
                "  <start name=\"child\" caps='100'><resource name=\"RAM\" quantum=\"4M\"/>&amp; text</start>\r\n";
        int count = 20_000_000 / start.length();
        String text = "<config>\r\n" + start.repeat(count) + "</config>\r\n";
        ReadResult result = XmlReader.read("config.xml", text.getBytes(StandardCharsets.UTF_8));
        assertThat(result).isInstanceOfSatisfying(ReadResult.Parsed.class, parsed -> {
            assertThat(parsed.root().children()).hasSize(count);
            assertThat(parsed.root().children().getLast().position())
                    .isEqualTo(new Position("config.xml", count + 1, 3));
        });
    }

    @Test
    void largePiecesAreReadInOneGo() {
        int size = 2_000_000;
        String text = "x\r".repeat(size);
        Node node = parse("<a x='" + "&amp;".repeat(size) + "'>" + text + "<!--" + "-".repeat(size) + "--><![CDATA["
                + "]".repeat(size) + "]]></a>");
        assertThat(node.string("x", "")).hasSize(size);
        assertThat(node.text()).hasSize(3 * size);
    }

    @Test
    void hundredThousandAttributesAreRead() {
        StringBuilder text = new StringBuilder("<a");
        for (int i = 0; i < 100_000; i++) {
            text.append(" n").append(i).append("=''");
        }
        assertThat(parse(text + "/>").attributes()).hasSize(100_000);
    }
}
