package org.espalier.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a text holds, it is one string in JSON. */
final class JsonTest {
    @Test
    void whatWouldEndAStringOrALineIsEscapedAndNothingElse() {
        assertThat(Json.string("a\"b\\c\nd\u0000 ü ‘x’ 🌳")).isEqualTo("\"a\\\"b\\\\c\\u000ad\\u0000 ü ‘x’ 🌳\"");
    }

    @Test
    void halvesOfSurrogatePairsAreEscaped() {
        assertThat(Json.string("a\ud83cb\udf33")).isEqualTo("\"a\\ud83cb\\udf33\"");
    }

    @Test
    void arraysHaveCommasBetweenTheirValues() {
        assertThat(Json.strings(List.of())).isEqualTo("[]");
        assertThat(Json.strings(List.of("a", "b"))).isEqualTo("[\"a\",\"b\"]");
    }
}
