package org.espalier.proofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import edu.mit.csail.sdg.alloy4.Err;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CapabilityModelTest {
    @Test
    void everyCheckNamesItsScope() {
        assertThat(CapabilityModel.parsed(CapabilityModel.text()).checks())
                .hasSizeGreaterThan(5)
                .allSatisfy(check -> assertThat(check.scope()).contains(" Slot").endsWith(" steps"));
    }

    @Test
    @Tag("slow")
    void treeIsAcyclicInTheScopeOfTheModel() {
        assertThat(check(CapabilityModel.text(), "TreeIsAcyclic").holds()).isTrue();
    }

    /** Each rule of the model is needed: without it, Alloy finds the history that it is there to exclude. */
    @Tag("slow")
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    NoOverlapUnlessDerived      | no o.region & inUse[s]                           | some Unit
                    RightsNeverGrow             | d.rights' in s.rights                            | some d.rights'
                    TreeHoldsWhatIsFull         | (x.parent = s implies s.parent else x.parent)    | x.parent
                    LastCapabilityEndsItsObject | (s.parent + children[s] + siblings[s])           | (s.parent + children[s])
                    RevokeFrees                 | all x: descendants[s]                            | all x: children[s]
                    """)
    void modelWithoutARuleHasACounterexample(String name, String rule, String instead) {
        String text = CapabilityModel.text();
        int at = text.indexOf(rule); // The first one is the rule; a check may say the same of another slot.
        assertThat(at).as("the model has: %s", rule).isNotNegative();
        String without = text.substring(0, at) + instead + text.substring(at + rule.length());
        assertThat(check(without, name).holds()).isFalse();
    }

    @Test
    void textThatIsNoModelIsRefusedWithItsPosition() {
        assertThat(catchThrowable(() -> CapabilityModel.parsed("sig A {\nsig")))
                .isInstanceOf(Err.class)
                .satisfies(e -> assertThat(((Err) e).pos.y).isEqualTo(2));
    }

    private static CapabilityModel.CheckResult check(String text, String name) {
        CapabilityModel model = CapabilityModel.parsed(text);
        return model.check(model.checks().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow());
    }
}
