package org.espalier.os.test_init;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StepTest {
    private final List<String> notices = new ArrayList<>();

    private Optional<List<Step>> read(String steps) {
        return Step.readAll("<config>\n" + steps + "</config>\n<!-- source: a.xml -->\n", notices::add);
    }

    @Test
    void stepsAreReadInOrder() {
        assertThat(read("""
                        <message string="m"/> <nop/> <sleep/> <sleep ms="7"/> <expect_log string="[init] l"/>
                        <expect_warning string="[init] " colored="Warning: w"/>
                        <expect_init_state> <node name="child"/> </expect_init_state>
                        """).orElseThrow())
                .satisfiesExactly(
                        step -> assertThat(step).isEqualTo(new Step.Message("m")),
                        step -> assertThat(step).isEqualTo(new Step.Nop()),
                        step -> assertThat(step).isEqualTo(new Step.Sleep(Duration.ofMillis(250))),
                        step -> assertThat(step).isEqualTo(new Step.Sleep(Duration.ofMillis(7))),
                        step -> assertThat(step).isEqualTo(new Step.ExpectLog("[init] l")),
                        step -> assertThat(step).isEqualTo(new Step.ExpectLog("[init] Warning: w")),
                        step -> assertThat(step).isInstanceOf(Step.ExpectState.class));
        assertThat(notices).isEmpty();
    }

    @Test
    void configurationGoesToInitWithItsPlaceInTheList() {
        assertThat(read("  <init_config version=\"v\"> <start name=\"a\"/> <whatever/> </init_config>\n"))
                .hasValueSatisfying(steps -> assertThat(steps)
                        .first()
                        .isInstanceOfSatisfying(
                                Step.InitConfig.class,
                                step -> assertThat(step.text().lines())
                                        .containsExactly(
                                                "",
                                                "  <config      version=\"v\"> <start name=\"a\"/> <whatever/></config>",
                                                "<!-- source: a.xml -->")));
    }

    @Test
    void listWithoutStepsIsNoTest() {
        assertThat(read("")).isEmpty();
        assertThat(notices).containsExactly("a.xml:1:1: <config> has no steps");
    }

    @Test
    void conditionThatSaysNothingIsAMistake() {
        assertThat(read("<expect_init_state> <attribute name='a'/> </expect_init_state>"))
                .isEmpty();
        assertThat(notices).containsExactly("a.xml:2:21: <attribute> has none of ‘value’, ‘higher’ and ‘lower’");
    }

    @Test
    void listWithAMistakeIsNoList() {
        assertThat(read("""
                <mesage string="m"/>
                <sleep ms="soon"/>
                <expect_log/>
                <expect_init_state>
                  <attribute name="a"/> <attribute value="a"/> <attribute name="a" higher="x"/> <node/> <nod/>
                  <not name="a"> <attribute/> </not>
                </expect_init_state>
                """)).isEmpty();
        assertThat(notices)
                .containsExactly(
                        "a.xml:2:1: unknown node <mesage>; did you mean <message>?",
                        "a.xml:3:8: attribute ‘ms’ of <sleep>: expected a number of milliseconds such as 500, found"
                                + " ‘soon’",
                        "a.xml:4:1: <expect_log> has no attribute ‘string’",
                        "a.xml:6:25: <attribute> has no attribute ‘name’",
                        "a.xml:6:68: attribute ‘higher’ of <attribute>: expected a size such as 4M, found ‘x’",
                        "a.xml:6:81: <node> has no attribute ‘name’",
                        "a.xml:6:89: unknown node <nod>; did you mean <node>?",
                        "a.xml:7:8: unknown attribute ‘name’ of <not>",
                        "a.xml:7:18: <attribute> has no attribute ‘name’");
    }
}
