package org.espalier.os.rom_fallback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FallbacksTest {
    private final List<String> notices = new ArrayList<>();

    private Fallbacks read(String text) {
        return Fallbacks.read(text + "\n<!-- source: a.xml -->\n", notices::add).orElseThrow();
    }

    @Test
    void labelsAreThoseOfTheFallbacksInOrder() {
        assertThat(read("<config> <fallback label='local'/> <fallback/> </config>")
                        .labels("a -> b"))
                .containsExactly("local -> a -> b", "a -> b");
        assertThat(notices).isEmpty();
    }

    @Test
    void everyMistakeHasItsPosition() {
        assertThat(read("<config>\n <fallbak/>\n <fallback labl='x'/></config>").labels("a"))
                .containsExactly("a");
        assertThat(read("\n<config/>").labels("a")).isEmpty();
        assertThat(notices)
                .containsExactly(
                        "a.xml:2:2: unknown node <fallbak>; did you mean <fallback>?",
                        "a.xml:3:12: unknown attribute ‘labl’ of <fallback>; did you mean ‘label’?",
                        "a.xml:2:1: <config> has no <fallback>, and so every session is denied");
    }
}
