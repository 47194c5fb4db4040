package org.espalier.os.log_tee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.espalier.testkit.ForAll;
import org.espalier.testkit.Gen;
import org.junit.jupiter.api.Test;

final class LastLinesTest {
    private static String kept(int capacity, String... lines) {
        LastLines last = new LastLines(capacity);
        for (String line : lines) {
            last.add(line);
        }
        return new String(last.content(), StandardCharsets.UTF_8);
    }

    @Test
    void oldestLinesGoFirst() {
        assertThat(kept(12, "one", "two", "three")).isEqualTo("two\nthree\n");
        assertThat(kept(14, "one", "two", "three")).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void lineThatIsTooLongLosesItsEnd() {
        assertThat(kept(8, "one", "12345678")).isEqualTo("1234…\n");
        assertThat(kept(8, "ääääää")).isEqualTo("ää…\n");
        assertThat(kept(7, "ääääää")).isEqualTo("ä…\n");
    }

    @Test
    void noLinesAreNoBytes() {
        assertThat(kept(10)).isEmpty();
    }

    @Test
    void capacityForNothingIsRefused() {
        assertThatThrownBy(() -> new LastLines(3)).hasMessage("Lines are kept in more than 3 bytes, not in 3.");
    }

    @Test
    void whatIsKeptFitsAndIsTheEndOfAll() {
        Gen<List<String>> lines = Gen.lists(Gen.strings("aä€\uD83C\uDF33", 10), 12);
        ForAll.forAll(lines, 3000, sample -> {
            for (int capacity = 4; capacity < 60; capacity += 5) {
                LastLines last = new LastLines(capacity);
                sample.forEach(last::add);
                String kept = new String(last.content(), StandardCharsets.UTF_8);
                assertThat(last.content()).hasSizeLessThanOrEqualTo(capacity);
                assertThat(kept).doesNotContain("\uFFFD");
                if (!sample.isEmpty() && !kept.contains("…")) {
                    assertThat(String.join("\n", sample) + "\n").endsWith(kept);
                    assertThat(kept).endsWith(sample.getLast() + "\n");
                }
            }
        });
    }
}
