package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.espalier.base.Label;
import org.espalier.config.Position;
import org.junit.jupiter.api.Test;

/** Which session requests a rule speaks of. */
final class RuleTest {
    private static final Label RELATIVE = new Label("editor -> font -> mono");
    private static final Label ABSOLUTE = RELATIVE.under("shell");

    private static boolean accepts(String conditions) {
        return accepts(conditions, RELATIVE, ABSOLUTE);
    }

    /** Reads the conditions as they stand in a configuration, so that both stay in step. */
    private static boolean accepts(String conditions, Label relative, Label absolute) {
        ChildSpec child =
                Configs.child("<config> <start name=\"shell\" ram=\"1M\" caps=\"9\"> <route> <service name=\"ROM\" "
                        + conditions + "> <parent/> </service> </route> </start> </config>");
        return child.routes().getFirst().accepts("ROM", relative, absolute);
    }

    @Test
    void withoutConditionsEveryLabelMatches() {
        assertThat(accepts("")).isTrue();
        assertThat(accepts("", Label.NONE, new Label("shell"))).isTrue();
        assertThat(Rule.Match.ANY.accepts(RELATIVE, ABSOLUTE)).isTrue();
    }

    @Test
    void aLabelIsTheWholeOneRelativeToTheChild() {
        assertThat(accepts("label=\"editor -> font -> mono\"")).isTrue();
        assertThat(accepts("label=\"editor\"")).isFalse();
        assertThat(accepts("label=\"Editor -> font -> mono\"")).isFalse();
        assertThat(accepts("label=\"shell -> editor -> font -> mono\"")).isFalse();
    }

    @Test
    void anEmptyLabelMatchesNoOther() {
        assertThat(accepts("label=\"\"")).isFalse();
        assertThat(accepts("label=\"\"", Label.NONE, new Label("shell"))).isTrue();
    }

    @Test
    void aPrefixIsTextAndNotParts() {
        assertThat(accepts("label_prefix=\"editor ->\"")).isTrue();
        assertThat(accepts("label_prefix=\"edi\"")).isTrue();
        assertThat(accepts("label_prefix=\"\"")).isTrue();
        assertThat(accepts("label_prefix=\"font\"")).isFalse();
        assertThat(accepts("label_prefix=\"shell\"")).isFalse();
        assertThat(accepts("label_prefix=\"editor -> font -> mono -> bold\"")).isFalse();
    }

    @Test
    void aSuffixIsTextAndNotParts() {
        assertThat(accepts("label_suffix=\"-> mono\"")).isTrue();
        assertThat(accepts("label_suffix=\"no\"")).isTrue();
        assertThat(accepts("label_suffix=\"\"")).isTrue();
        assertThat(accepts("label_suffix=\"font\"")).isFalse();
    }

    @Test
    void theLastPartIsWhole() {
        assertThat(accepts("label_last=\"mono\"")).isTrue();
        assertThat(accepts("label_last=\"no\"")).isFalse();
        assertThat(accepts("label_last=\"font -> mono\"")).isFalse();
        assertThat(accepts("label_last=\"mono\"", new Label("mono"), new Label("shell -> mono")))
                .isTrue();
    }

    @Test
    void anUnscopedLabelHasTheChildInFront() {
        assertThat(accepts("unscoped_label=\"shell -> editor -> font -> mono\""))
                .isTrue();
        assertThat(accepts("unscoped_label=\"editor -> font -> mono\"")).isFalse();
        assertThat(accepts("unscoped_label=\"shell\"", Label.NONE, new Label("shell")))
                .isTrue();
    }

    @Test
    void allConditionsMustHold() {
        assertThat(accepts("label_prefix=\"editor\" label_suffix=\"mono\"")).isTrue();
        assertThat(accepts("label_prefix=\"editor\" label_suffix=\"bold\"")).isFalse();
        assertThat(accepts("label_prefix=\"viewer\" label_suffix=\"mono\"")).isFalse();
        assertThat(accepts("label_last=\"mono\" label=\"mono\"")).isFalse();
        assertThat(accepts("label_last=\"mono\" unscoped_label=\"shell -> editor -> font -> mono\" "
                        + "label=\"editor -> font -> mono\" label_prefix=\"editor\" label_suffix=\"mono\""))
                .isTrue();
    }

    @Test
    void aNamedServiceIsThatServiceOnly() {
        Rule rom = rule(Optional.of("ROM"));

        assertThat(rom.accepts("ROM", RELATIVE, ABSOLUTE)).isTrue();
        assertThat(rom.accepts("rom", RELATIVE, ABSOLUTE)).isFalse();
        assertThat(rom.accepts("ROM2", RELATIVE, ABSOLUTE)).isFalse();
    }

    @Test
    void anyServiceIsEveryService() {
        assertThat(rule(Optional.empty()).accepts("Whatever", RELATIVE, ABSOLUTE))
                .isTrue();
    }

    @Test
    void aRuleTellsItsPlaceAndService() {
        assertThat(rule(Optional.of("ROM"))).hasToString("c:3:4: the rule for service ROM");
        assertThat(rule(Optional.empty())).hasToString("c:3:4: the rule for any service");
    }

    private static Rule rule(Optional<String> service) {
        return new Rule(new Position("c", 3, 4), service, Rule.Match.ANY, List.of());
    }
}
