package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConfigChecksTest {
    private static final ConfigChecks CHECKS = ConfigChecks.attributes("verbose")
            .node("sleep", ConfigChecks.attributes("ms"))
            .policies("report");

    private final List<String> told = new ArrayList<>();

    @Test
    void rightNamesAreNotTold() {
        assertThat(CHECKS.read(
                        "<config verbose='yes'><sleep ms='1'/><sleep/><policy label='a' label_prefix='b' label_suffix='c'"
                                + " report='r'/><default-policy report='r'/></config>",
                        told::add))
                .isPresent();
        assertThat(told).isEmpty();
    }

    @Test
    void wrongNamesAreToldWithPositionAndWhatWasMeant() {
        CHECKS.read(
                SourceNote.append(
                        "<config verbos='yes'>\n  <slep/>\n  <sleep sm='1'/>\n  <other/></config>",
                        "my.xml",
                        Notation.XML),
                told::add);
        assertThat(told)
                .containsExactly(
                        "my.xml:1:9: unknown attribute ‘verbos’ of <config>; did you mean ‘verbose’?",
                        "my.xml:2:3: unknown node <slep>; did you mean <sleep>?",
                        "my.xml:3:10: unknown attribute ‘sm’ of <sleep>; did you mean ‘ms’?",
                        "my.xml:4:3: unknown node <other> in <config>");
    }

    @Test
    void defaultPolicyHasNoConditions() {
        CHECKS.read("<config><default-policy label='a'/></config>", told::add);
        assertThat(told).containsExactly("config:1:25: unknown attribute ‘label’ of <default-policy>");
    }

    @Test
    void malformedTextIsToldAndNoConfiguration() {
        assertThat(CHECKS.read("<config>", told::add)).isEmpty();
        assertThat(told)
                .singleElement()
                .asString()
                .startsWith("config:1:1: ")
                .endsWith("; this configuration changes nothing");
    }

    @Test
    void otherTopNodeIsToldAndRead() {
        assertThat(CHECKS.read("<start verbose='yes'/>", told::add)).isPresent();
        assertThat(told).containsExactly("config:1:1: the top node is <start>; it is read as <config>");
    }

    @Test
    void optionalValueIsToldOnlyWhenMalformed() {
        Node node = Trees.parse("<sleep ms='x' us='7'/>");
        assertThat(ConfigChecks.optional(node.number("us"), 1L, told::add)).isEqualTo(7);
        assertThat(ConfigChecks.optional(node.number("ns"), 1L, told::add)).isEqualTo(1);
        assertThat(told).isEmpty();
        assertThat(ConfigChecks.optional(node.number("ms"), 1L, told::add)).isEqualTo(1);
        assertThat(told)
                .containsExactly(
                        "config.xml:1:8: attribute ‘ms’ of <sleep>: expected a number such as 42 or 0x2a, found ‘x’");
    }

    @Test
    void requiredValueIsToldWhenMissing() {
        Node node = Trees.parse("<sleep us='7'/>");
        assertThat(ConfigChecks.required(node.number("us"), told::add)).contains(7L);
        assertThat(told).isEmpty();
        assertThat(ConfigChecks.required(node.number("ms"), told::add)).isEmpty();
        assertThat(told).containsExactly("config.xml:1:1: <sleep> has no attribute ‘ms’");
    }

    @Test
    void whatIsInsideAFreeNodeIsNobodysBusiness() {
        ConfigChecks checks = ConfigChecks.attributes().node("inline", ConfigChecks.free("name"));
        checks.check(Trees.parse("<config><inline name='a' nam='b'><x y='1'/></inline></config>"), told::add);
        assertThat(told).containsExactly("config.xml:1:26: unknown attribute ‘nam’ of <inline>; did you mean ‘name’?");
    }

    private static ConfigChecks nested() {
        return ConfigChecks.attributes("name").node("node", ConfigChecksTest::nested);
    }

    @Test
    void kindMayBeInsideOfItself() {
        nested().check(Trees.parse("<config><node><node name='a'><nod/></node></node></config>"), told::add);
        assertThat(told).containsExactly("config.xml:1:30: unknown node <nod>; did you mean <node>?");
    }
}
