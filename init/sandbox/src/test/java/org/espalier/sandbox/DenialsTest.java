package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A log is told of denials, and not flooded with them. */
final class DenialsTest {
    @Test
    void theSameIsToldOnce() {
        Denials denials = new Denials("x");
        assertThat(denials.first("a")).contains("a");
        assertThat(denials.first("b")).contains("b");
        assertThat(denials.first("a")).isEmpty();
    }

    @Test
    void afterManyOneLineSaysThatThereAreMore() {
        Denials denials = new Denials("x");
        for (int i = 0; i < 32; i++) {
            assertThat(denials.first("denial " + i)).contains("denial " + i);
        }
        assertThat(denials.first("one more")).contains("child ‘x’ was denied 32 sessions; no more is told of it");
        for (int i = 0; i < 100; i++) {
            assertThat(denials.first("yet another " + i)).isEmpty();
        }
    }
}
