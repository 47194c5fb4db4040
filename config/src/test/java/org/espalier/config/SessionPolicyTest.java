package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.testkit.ForAll;
import org.espalier.testkit.Gen;
import org.junit.jupiter.api.Test;

final class SessionPolicyTest {
    private static final String LABEL = "init -> shell -> editor";

    /** The attribute {@code name} of the policy for {@link #LABEL}, {@code none} without a policy. */
    private static String chosen(String policies) {
        return SessionPolicy.select(Trees.parse("<config>" + policies + "</config>"), LABEL)
                .map(policy -> policy.string("name", "unnamed"))
                .orElse("none");
    }

    @Test
    void wholeLabelBeatsPrefixBeatsSuffix() {
        String suffix = "<policy name='suffix' label_suffix='> shell -> editor'/>";
        String prefix = "<policy name='prefix' label_prefix='in'/>";
        String whole = "<policy name='whole' label='init -> shell -> editor'/>";
        assertThat(chosen(suffix)).isEqualTo("suffix");
        assertThat(chosen(suffix + prefix)).isEqualTo("prefix");
        assertThat(chosen(prefix + suffix)).isEqualTo("prefix");
        assertThat(chosen(suffix + prefix + whole)).isEqualTo("whole");
        assertThat(chosen(whole + prefix + suffix)).isEqualTo("whole");
    }

    @Test
    void longestPrefixWins() {
        assertThat(chosen("<policy name='short' label_prefix='init'/><policy name='long' label_prefix='init -> shell'/>"
                        + "<policy name='other' label_prefix='init -> shell -> viewer'/>"))
                .isEqualTo("long");
    }

    @Test
    void longestSuffixWins() {
        assertThat(chosen("<policy name='long' label_suffix='-> editor'/><policy name='short' label_suffix='editor'/>"))
                .isEqualTo("long");
    }

    @Test
    void allConditionsOfOnePolicyMustHold() {
        assertThat(chosen("<policy name='a' label_prefix='init' label_suffix='viewer'/>"))
                .isEqualTo("none");
        assertThat(chosen("<policy name='a' label='init -> shell -> editor' label_prefix='core'/>"))
                .isEqualTo("none");
        assertThat(chosen("<policy name='a' label_prefix='init' label_suffix='editor'/>"))
                .isEqualTo("a");
    }

    @Test
    void equalStrongestConditionGoesByTheNext() {
        assertThat(chosen("<policy name='plain' label_prefix='init'/>"
                        + "<policy name='both' label_prefix='init' label_suffix='editor'/>"))
                .isEqualTo("both");
    }

    @Test
    void firstOfEqualPoliciesWins() {
        assertThat(chosen("<policy name='first' label_prefix='init'/><policy name='second' label_prefix='init'/>"))
                .isEqualTo("first");
    }

    @Test
    void policyWithoutConditionNeverHolds() {
        assertThat(chosen("<policy name='misspelt' lable='init'/>")).isEqualTo("none");
        assertThat(chosen("<policy name='empty' label_prefix=''/>")).isEqualTo("none");
        assertThat(chosen("<policy name='empty' label_suffix='' label_prefix='init'/>"))
                .isEqualTo("none");
    }

    @Test
    void defaultPolicyHoldsForTheRest() {
        String fallback = "<default-policy name='default'/>";
        assertThat(chosen(fallback)).isEqualTo("default");
        assertThat(chosen(fallback + "<policy name='other' label='init'/>")).isEqualTo("default");
        assertThat(chosen(fallback + "<policy name='mine' label_suffix='r'/>")).isEqualTo("mine");
    }

    @Test
    void emptyLabelIsALabel() {
        Node config = Trees.parse("<config><policy name='nobody' label=''/></config>");
        assertThat(SessionPolicy.select(config, "")).isPresent();
        assertThat(SessionPolicy.select(config, "x")).isEmpty();
    }

    @Test
    void policyForNobodyIsTold() {
        List<String> told = new ArrayList<>();
        SessionPolicy.check(
                Trees.parse("<config><policy/><policy label='a'/><policy label_prefix='' label='b'/></config>"),
                (position, text) -> told.add(position + ": " + text));
        assertThat(told)
                .containsExactly(
                        "config.xml:1:9: <policy> has none of ‘label’, ‘label_prefix’ and ‘label_suffix’, and so is for nobody",
                        "config.xml:1:45: ‘label_prefix’ of <policy> is empty, and so the policy is for nobody");
    }

    /** Policies and a label out of so few characters that conditions often hold. */
    private record Drawn(List<Policy> policies, boolean fallback, String label) {}

    private record Policy(Optional<String> label, Optional<String> prefix, Optional<String> suffix) {
        Node node(int number) {
            Node.Builder node = Node.named("policy").attribute("number", Integer.toString(number));
            label.ifPresent(text -> node.attribute("label", text));
            prefix.ifPresent(text -> node.attribute("label_prefix", text));
            suffix.ifPresent(text -> node.attribute("label_suffix", text));
            return node.build();
        }

        boolean holds(String asked) {
            return (label.isPresent() || prefix.isPresent() || suffix.isPresent())
                    && label.map(asked::equals).orElse(true)
                    && prefix.map(text -> !text.isEmpty() && asked.startsWith(text))
                            .orElse(true)
                    && suffix.map(text -> !text.isEmpty() && asked.endsWith(text))
                            .orElse(true);
        }

        /** Lengths of labels stay below 100, so one number holds the whole order. */
        int strength() {
            return (label.isPresent() ? 1_000_000 : 0)
                    + prefix.map(String::length).orElse(0) * 1000
                    + suffix.map(String::length).orElse(0);
        }
    }

    @Test
    void selectionIsThatOfTryingAllPolicies() {
        Gen<String> text = Gen.strings("ab", 4);
        Gen<Optional<String>> condition =
                choices -> choices.below(2) == 0 ? Optional.empty() : Optional.of(text.from(choices));
        Gen<Policy> policy =
                choices -> new Policy(condition.from(choices), condition.from(choices), condition.from(choices));
        Gen<Drawn> drawn =
                choices -> new Drawn(Gen.lists(policy, 8).from(choices), choices.below(2) == 1, text.from(choices));
        ForAll.forAll(drawn, 20_000, sample -> {
            Node.Builder config = Node.named("config");
            int best = -1;
            for (int i = 0; i < sample.policies().size(); i++) {
                Policy candidate = sample.policies().get(i);
                config.child(candidate.node(i));
                if (candidate.holds(sample.label())
                        && (best < 0
                                || candidate.strength()
                                        > sample.policies().get(best).strength())) {
                    best = i;
                }
            }
            if (sample.fallback()) {
                config.child(Node.named("default-policy").build());
            }
            String expected = best >= 0 ? Integer.toString(best) : sample.fallback() ? "default" : "none";
            assertThat(SessionPolicy.select(config.build(), sample.label())
                            .map(node -> node.string("number", "default"))
                            .orElse("none"))
                    .isEqualTo(expected);
        });
    }
}
