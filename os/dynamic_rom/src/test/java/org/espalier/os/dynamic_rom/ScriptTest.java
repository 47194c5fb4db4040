package org.espalier.os.dynamic_rom;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScriptTest {
    private final List<String> notices = new ArrayList<>();

    private Optional<Script> read(String text) {
        return Script.read(text + "\n<!-- source: a.xml -->\n", notices::add);
    }

    private void tells(String text, String... expected) {
        assertThat(read(text)).isPresent();
        assertThat(notices).containsExactly(expected);
    }

    @Test
    void stepsAreKeptInOrder() {
        Script script = read("""
                <config verbose="yes">
                  <rom name="a">
                    <inline description="d"> <x y="1"/> <z/> </inline> <sleep milliseconds="10"/> <empty/>
                  </rom>
                </config>""").orElseThrow();
        assertThat(notices).isEmpty();
        assertThat(script.verbose()).isTrue();
        assertThat(script.timeline("b")).isEmpty();
        Timeline timeline = script.timeline("a").orElseThrow();
        assertThat(timeline.repeats()).isTrue();
        assertThat(timeline.steps()).hasSize(3).first().isInstanceOfSatisfying(Step.Inline.class, inline -> {
            assertThat(inline.description()).isEqualTo("d");
            assertThat(inline.content().length()).isEqualTo("<x y=\"1\"/>\n<z/>\n".length());
        });
        assertThat(timeline.steps()).element(1).isEqualTo(new Step.Sleep(Duration.ofMillis(10)));
        assertThat(timeline.steps()).last().isEqualTo(new Step.Empty());
    }

    @Test
    void timelineWithoutSleepHappensOnce() {
        tells(
                "<config>\n  <rom name='a'> <inline/> </rom>\n</config>",
                "a.xml:2:3: <rom> of ‘a’ has no <sleep> that it could go by, and so happens only once");
        assertThat(read("<config><rom name='a'/></config>")
                        .orElseThrow()
                        .timeline("a")
                        .orElseThrow()
                        .repeats())
                .isFalse();
    }

    @Test
    void everyMistakeHasItsPosition() {
        tells(
                """
                <config verbos='yes'>
                  <rom> <sleep milliseconds='1'/> </rom>
                  <rom name='a'> <sleep milliseconds='soon'/> <sleep/> <slep/> <inline descr='x'> <what ever=''/> </inline>
                    <sleep milliseconds='1'/> </rom>
                  <rom name='a'> <sleep milliseconds='1'/> </rom>
                </config>""",
                "a.xml:1:9: unknown attribute ‘verbos’ of <config>; did you mean ‘verbose’?",
                "a.xml:2:3: <rom> has no attribute ‘name’",
                "a.xml:3:25: attribute ‘milliseconds’ of <sleep>: expected a number of milliseconds such as 500, found"
                        + " ‘soon’",
                "a.xml:3:47: <sleep> has no attribute ‘milliseconds’",
                "a.xml:3:56: unknown node <slep>; did you mean <sleep>?",
                "a.xml:3:72: unknown attribute ‘descr’ of <inline>",
                "a.xml:5:3: two <rom> are named ‘a’; this one is left out, the first is at a.xml:3:3");
    }

    @Test
    void textThatIsNoConfigurationChangesNothing() {
        assertThat(read("<config>")).isEmpty();
        assertThat(notices).singleElement().asString().endsWith("; this configuration changes nothing");
    }
}
