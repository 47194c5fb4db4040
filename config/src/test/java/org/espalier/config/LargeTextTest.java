package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Time in proportion to the text, whatever the text is made of. {@code -Despalier.megabytes=100} reads texts of up to 100 MB
 * instead of 8.
 */
final class LargeTextTest {
    private static final int MEGABYTES = Integer.getInteger("espalier.megabytes", 8);

    /** Eight times the text takes eight times as long when all is well, and 64 times when it is quadratic. */
    private static final int MOST = 32;

    /** Below this, other work on the machine decides. */
    private static final double FLOOR_MILLIS = 100;

    /** What can be repeated in a text, and where a reader might look at something again for each repetition. */
    enum Shape {
        XML_NODES(
                "<config>\n",
                "  <start name=\"child\" caps='100'><resource name=\"RAM\" quantum=\"4M\"/>&amp; text</start>\r\n",
                "</config>"),
        XML_COMMENTS("<config>\n", "<!-- comment -->\n<!---->\n", "</config>"),
        XML_TEXT("<config>", "text &amp; <![CDATA[ ]] ]]>\r\n", "</config>"),
        XML_VALUE("<config a='", "value &lt;\r\n", "'/>"),
        HID_NODES(
                "config\n",
                "+ start child | caps: 100\n| + resource RAM | quantum: 4M\n  + arg | : text | more\r\n",
                "-"),
        HID_COMMENTS("config\n", ".\n. comment\n | . another\n", "-"),
        HID_TEXT("config\n", ": text | text\n:\n", "-"),
        HID_VALUE("config | a: ", "value :  ", "\n-"),
        HID_DELIMITERS("config\n", " | | |", " + a\n-"),
        HID_BLANKS("config\n", "    \n", "-"),
        HID_DISABLED("config\n", "x start | a: 1 | + b\n. c\n", "-"),
        HID_STAIRS("config\n", "+ a | + b | + c | + d | + e | + f\n", "-");

        private final String head;
        private final String body;
        private final String tail;

        Shape(String head, String body, String tail) {
            this.head = head;
            this.body = body;
            this.tail = tail;
        }

        byte[] text(int megabytes) {
            String repeated = body.repeat(megabytes * 1_000_000 / body.length());
            return (head + repeated + tail).getBytes(StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readingTakesTimeInProportionToTheText(Shape shape) {
        fastest(shape, 1, 3);
        double eighth = fastest(shape, Math.max(1, MEGABYTES / 8), 3);
        double quarter = fastest(shape, Math.max(1, MEGABYTES / 4), 1);
        double half = fastest(shape, Math.max(1, MEGABYTES / 2), 1);
        double all = fastest(shape, MEGABYTES, 2);
        System.out.printf(
                "%s: %d MB in %.0f ms, a half in %.0f ms, a quarter in %.0f ms, an eighth in %.0f ms%n",
                shape, MEGABYTES, all, half, quarter, eighth);
        assertThat(all).isLessThan(MOST * Math.max(eighth, FLOOR_MILLIS));
    }

    private static double fastest(Shape shape, int megabytes, int times) {
        byte[] text = shape.text(megabytes);
        double fastest = Double.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            assertThat(ConfigReader.read("config", text)).isInstanceOf(ReadResult.Parsed.class);
            fastest = Math.min(fastest, (System.nanoTime() - start) / 1e6);
        }
        return fastest;
    }
}
