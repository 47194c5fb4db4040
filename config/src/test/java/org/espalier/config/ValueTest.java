package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.config.Trees.parse;

import java.time.Duration;
import org.espalier.testkit.ForAll;
import org.espalier.testkit.Gen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ValueTest {

    private static Node with(String value) {
        return parse("<config>\n\n  <resource ram=\"" + value + "\"/>\n</config>")
                .children()
                .getFirst();
    }

    private static void assertMalformed(Value<?> value, String expected, String found) {
        assertThat(value)
                .isInstanceOf(Value.Malformed.class)
                .hasToString("config.xml:3:13: attribute ‘ram’ of <resource>: expected " + expected + ", found ‘"
                        + found + "’");
    }

    @Test
    void absentAttributeNamesTheNodeThatLacksIt() {
        Node node = with("1");
        assertThat(node.size("caps"))
                .isInstanceOf(Value.Absent.class)
                .hasToString("config.xml:3:3: <resource> has no attribute ‘caps’");
        assertThat(node.number("caps").or(7L)).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "42, 42",
        "-7, -7",
        "0x2a, 42",
        "0xFF, 255",
        "-0x10, -16",
        "007, 7",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808"
    })
    void numberIsDecimalOrHexadecimal(String text, long number) {
        assertThat(with(text).number("ram")).isEqualTo(new Value.Given<>(number));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "0x", "x", "1 ", "+1", "--1", "1.5", "4M", "0X1", "٣"})
    void otherTextIsNoNumber(String text) {
        assertMalformed(with(text).number("ram"), "a number such as 42 or 0x2a", text);
    }

    @Test
    void numberBeyond64BitsIsRefused() {
        String range = "a number from -9223372036854775808 to 9223372036854775807";
        assertMalformed(with("9223372036854775808").number("ram"), range, "9223372036854775808");
        assertMalformed(with("-9223372036854775809").number("ram"), range, "-9223372036854775809");
    }

    @Test
    void longNumberIsShownShortened() {
        assertMalformed(with("1".repeat(1000)).number("ram"), "a number such as 42 or 0x2a", "1".repeat(40) + "…");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "0x1000, 4096",
        "4K, 4096",
        "4M, 4194304",
        "2G, 2147483648",
        "0x10K, 16384",
        "8589934591G, 9223372035781033984"
    })
    void sizeTakesBinarySuffixes(String text, long bytes) {
        assertThat(with(text).size("ram")).isEqualTo(new Value.Given<>(new ByteSize(bytes)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "4X", "-4M", "4 M", "4MB", "4m", "4T", "M4", "0xM"})
    void otherTextIsNoSize(String text) {
        assertMalformed(with(text).size("ram"), "a size such as 4M", text);
    }

    @Test
    void sizeBeyond63BitsIsRefused() {
        assertMalformed(with("8589934592G").size("ram"), "a size of at most 9223372036854775807 bytes", "8589934592G");
    }

    @Test
    void sizeIsWrittenAsItIsRead() {
        ForAll.forAll(Gen.longs(0, Long.MAX_VALUE), 1000, bytes -> {
            ByteSize size = new ByteSize(bytes >> (bytes % 50) << (bytes % 40) & Long.MAX_VALUE);
            assertThat(with(size.toString()).size("ram")).isEqualTo(new Value.Given<>(size));
        });
        assertThat(new ByteSize(3 << 20)).hasToString("3M");
        assertThat(new ByteSize(1025)).hasToString("1025");
        assertThatThrownBy(() -> new ByteSize(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A size cannot be negative, but it is -1.");
    }

    @Test
    void durationIsAWholeNumberOfMilliseconds() {
        assertThat(with("1500").milliseconds("ram")).isEqualTo(new Value.Given<>(Duration.ofMillis(1500)));
        assertMalformed(with("1s").milliseconds("ram"), "a number of milliseconds such as 500", "1s");
        assertMalformed(with("-1").milliseconds("ram"), "a number of milliseconds such as 500", "-1");
        assertMalformed(
                with("9223372036854775808").milliseconds("ram"),
                "at most 9223372036854775807 milliseconds",
                "9223372036854775808");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "true", "on", "1"})
    void boolSaysYesInFourWays(String text) {
        assertThat(with(text).bool("ram")).isEqualTo(new Value.Given<>(true));
        assertThat(with(text).bool("ram", false)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "false", "off", "0"})
    void boolSaysNoInFourWays(String text) {
        assertThat(with(text).bool("ram")).isEqualTo(new Value.Given<>(false));
        assertThat(with(text).bool("ram", true)).isFalse();
    }

    @Test
    void otherTextIsNoBoolAndFallsBack() {
        assertMalformed(with("maybe").bool("ram"), "yes or no", "maybe");
        assertThat(with("maybe").bool("ram", true)).isTrue();
        assertThat(with("maybe").bool("ram", false)).isFalse();
        assertThat(with("yes").bool("caps", true)).isTrue();
    }

    @Test
    void invisibleCharactersAreVisibleInMessages() {
        assertMalformed(with("&#10;&#x200b;").number("ram"), "a number such as 42 or 0x2a", "<U+000A><U+200B>");
    }
}
