package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a schema finds in a configuration, word by word, and what it leaves of it. */
final class SchemaTest {
    private final List<String> told = new ArrayList<>();

    static Schema schema(String... lines) {
        String text = "<schema>\n" + String.join("\n", lines) + "</schema>";
        return switch (Schema.read("schema", text.getBytes(StandardCharsets.UTF_8))) {
            case Schema.Reading.Read(Schema schema) -> schema;
            case Schema.Reading.Unreadable(List<String> mistakes) -> throw new AssertionError(mistakes.toString());
        };
    }

    /** What is left, as XML on one line. */
    private String left(Schema schema, String config) {
        return schema.read(config, told::add)
                .map(node -> XmlWriter.write(node).lines().map(String::strip).reduce("", String::concat))
                .orElse("nothing");
    }

    @Test
    void rightConfigurationIsTheSameAfterwards() {
        Schema schema = schema(
                "<attribute name='verbose' type='bool'/>",
                "<node name='sleep'> <attribute name='ms' type='milliseconds' required='yes'/> </node>",
                "<policies> <attribute name='report'/> </policies>");
        Node config = Trees.parse(
                "<config verbose='yes'><sleep ms='1'/><sleep ms='0x2'/>"
                        + "<policy label='a' label_prefix='b' label_suffix='c' report='r'/><default-policy report='r'/></config>");
        assertThat(schema.check(config, (position, text) -> told.add(text))).isSameAs(config);
        assertThat(told).isEmpty();
    }

    @Test
    void wrongNamesAreToldWithPositionAndWhatWasMeantAndAreLeftOut() {
        Schema schema = schema("<attribute name='verbose'/>", "<node name='sleep'> <attribute name='ms'/> </node>");
        String config = "<config verbos='yes'>\n  <slep/>\n  <sleep sm='1'/>\n  <other/></config>";
        assertThat(left(schema, SourceNote.append(config, "my.xml", Notation.XML)))
                .isEqualTo("<config><sleep/></config>");
        assertThat(told)
                .containsExactly(
                        "my.xml:1:9: unknown attribute ‘verbos’ of <config>; did you mean ‘verbose’?",
                        "my.xml:2:3: unknown node <slep>; did you mean <sleep>?",
                        "my.xml:3:10: unknown attribute ‘sm’ of <sleep>; did you mean ‘ms’?",
                        "my.xml:4:3: unknown node <other> in <config>");
    }

    @Test
    void wrongValuesAreToldWithWhatWasExpectedAndAreLeftOut() {
        Schema schema = schema(
                "<attribute name='text'/> <attribute name='name' type='name'/> <attribute name='bool' type='bool'/>",
                "<attribute name='number' type='number'/> <attribute name='size' type='size'/>",
                "<attribute name='ms' type='milliseconds'/> <attribute name='format' values='text hexdump raw'/>",
                "<attribute name='role' values='host'/>");
        assertThat(
                        left(
                                schema,
                                "<config text='' name='a b' bool='maybe' number='many' size='4m' ms='-1' format='hex' role=''/>"))
                .isEqualTo("<config text=\"\"/>");
        assertThat(told)
                .containsExactly(
                        "config:1:17: attribute ‘name’ of <config>: expected a name, found ‘a b’",
                        "config:1:28: attribute ‘bool’ of <config>: expected yes or no, found ‘maybe’",
                        "config:1:41: attribute ‘number’ of <config>: expected a number such as 42 or 0x2a, found ‘many’",
                        "config:1:55: attribute ‘size’ of <config>: expected a size such as 4M, found ‘4m’",
                        "config:1:65: attribute ‘ms’ of <config>: expected a number of milliseconds such as 500,"
                                + " found ‘-1’",
                        "config:1:73: attribute ‘format’ of <config>: expected text, hexdump or raw, found ‘hex’",
                        "config:1:86: attribute ‘role’ of <config>: expected host, found ‘’");
    }

    @Test
    void theNearestOfTheListedValuesIsNamed() {
        Schema schema = schema("<attribute name='format' values='text hexdump'/>");
        assertThat(left(schema, "<config format='hexdmp'/>")).isEqualTo("<config/>");
        assertThat(told)
                .containsExactly("config:1:9: attribute ‘format’ of <config>: expected text or hexdump, found ‘hexdmp’;"
                        + " did you mean ‘hexdump’?");
    }

    @Test
    void valuesOutOfRangeAreToldWithTheRange() {
        Schema schema = schema(
                "<attribute name='both' type='number' least='-1' most='10'/>",
                "<attribute name='least' type='number' least='0'/> <attribute name='most' type='number' most='0'/>",
                "<attribute name='size' type='size' least='64' most='1M'/>");
        assertThat(left(schema, "<config both='-1' least='0' most='-7' size='1M'/>"))
                .isEqualTo("<config both=\"-1\" least=\"0\" most=\"-7\" size=\"1M\"/>");
        assertThat(told).isEmpty();
        assertThat(left(schema, "<config both='11' least='-1' most='1' size='63'/>"))
                .isEqualTo("<config/>");
        assertThat(told)
                .containsExactly(
                        "config:1:9: attribute ‘both’ of <config>: expected a number from -1 to 10, found ‘11’",
                        "config:1:19: attribute ‘least’ of <config>: expected a number of at least 0, found ‘-1’",
                        "config:1:30: attribute ‘most’ of <config>: expected a number of at most 0, found ‘1’",
                        "config:1:39: attribute ‘size’ of <config>: expected a size from 64 to 1M, found ‘63’");
    }

    @Test
    void nodeWithoutWhatItRequiresIsLeftOut() {
        Schema schema = schema(
                "<node name='in'> <attribute name='name' required='yes'/> </node>",
                "<node name='out'> <node name='to' required='yes'> <attribute name='n' type='number' required='yes'/>"
                        + " </node> </node>");
        assertThat(left(
                        schema,
                        "<config><in/><in name='a'/><out/><out><to n='x'/></out><out><to n='1'/></out></config>"))
                .isEqualTo("<config><in name=\"a\"/><out><to n=\"1\"/></out></config>");
        assertThat(told)
                .containsExactly(
                        "config:1:9: <in> has no attribute ‘name’",
                        "config:1:28: <out> has no <to>",
                        "config:1:43: attribute ‘n’ of <to>: expected a number such as 42 or 0x2a, found ‘x’");
    }

    @Test
    void topNodeStaysWhateverItLacks() {
        Schema schema = schema("<attribute name='rom' required='yes'/>");
        assertThat(left(schema, "<config/>")).isEqualTo("<config/>");
        assertThat(told).containsExactly("config:1:1: <config> has no attribute ‘rom’");
    }

    @Test
    void consequenceOfALackIsToldAndTheNodeStays() {
        Schema schema = schema("<node name='output' without='there is no content'>"
                + " <attribute name='to' without='it goes nowhere'/> </node>");
        assertThat(left(schema, "<config/>")).isEqualTo("<config/>");
        assertThat(left(schema, "<config><output/></config>")).isEqualTo("<config><output/></config>");
        assertThat(told)
                .containsExactly(
                        "config:1:1: <config> has no <output>, and so there is no content",
                        "config:1:9: <output> has no attribute ‘to’, and so it goes nowhere");
    }

    @Test
    void firstNodeCountsWhereOneMayStand() {
        Schema schema = schema("<node name='then' once='yes'> <attribute name='a'/> </node>", "<node name='many'/>");
        assertThat(left(schema, "<config><many/><then a='1'/><many/><then b='2'/></config>"))
                .isEqualTo("<config><many/><then a=\"1\"/><many/></config>");
        assertThat(told)
                .containsExactly("config:1:36: <config> has more than one <then>; this one is left out, the first is at"
                        + " config:1:16");
    }

    @Test
    void whatIsInsideAFreeNodeIsNobodysBusiness() {
        Schema schema = schema("<node name='inline' free='yes'> <attribute name='name'/> </node>");
        assertThat(left(schema, "<config><inline name='a' nam='b'>text<x y='1'/></inline></config>"))
                .isEqualTo("<config><inline name=\"a\">text<x y=\"1\"/></inline></config>");
        assertThat(told).containsExactly("config:1:26: unknown attribute ‘nam’ of <inline>; did you mean ‘name’?");
    }

    @Test
    void kindMayStandInsideOfItselfAndBesideRulesOfANode() {
        Schema schema = schema(
                "<kind name='part'> <attribute name='x'/> <node name='node' kind='part'/> </kind>",
                "<node name='top' kind='part'> <attribute name='of'/> </node>");
        assertThat(left(schema, "<config><top of='a' x='1'><node x='2'><node of='b'/><nod/></node></top></config>"))
                .isEqualTo("<config><top of=\"a\" x=\"1\"><node x=\"2\"><node/></node></top></config>");
        assertThat(told)
                .containsExactly(
                        "config:1:45: unknown attribute ‘of’ of <node>",
                        "config:1:53: unknown node <nod>; did you mean <node>?");
    }

    @Test
    void policiesHaveConditionsAndAreNeverLeftOut() {
        Schema schema = schema("<policies> <attribute name='report' type='name' without='denies'/> </policies>");
        assertThat(left(
                        schema,
                        "<config><policy/><policy label='a' report='b c'/><policy label='b' label_prefix=''/>"
                                + "<default-policy label='a' report='r'/><default-policy report='s'/></config>"))
                .isEqualTo("<config><policy/><policy label=\"a\"/><policy label=\"b\" label_prefix=\"\"/>"
                        + "<default-policy report=\"r\"/></config>");
        assertThat(told)
                .containsExactly(
                        "config:1:9: <policy> has none of ‘label’, ‘label_prefix’ and ‘label_suffix’, and so is for nobody",
                        "config:1:9: <policy> has no attribute ‘report’, and so denies",
                        "config:1:36: attribute ‘report’ of <policy>: expected a name, found ‘b c’",
                        "config:1:68: ‘label_prefix’ of <policy> is empty, and so the policy is for nobody",
                        "config:1:50: <policy> has no attribute ‘report’, and so denies",
                        "config:1:101: unknown attribute ‘label’ of <default-policy>",
                        "config:1:123: <config> has more than one <default-policy>; this one is left out, the first is at"
                                + " config:1:85");
    }

    @Test
    void malformedTextIsToldAndNoConfiguration() {
        assertThat(schema().read("<config>", told::add)).isEqualTo(Optional.empty());
        assertThat(told)
                .singleElement()
                .asString()
                .startsWith("config:1:1: ")
                .endsWith("; this configuration changes nothing");
    }

    @Test
    void otherTopNodeIsToldAndRead() {
        assertThat(left(schema("<attribute name='verbose'/>"), "<start verbose='yes'/>"))
                .isEqualTo("<start verbose=\"yes\"/>");
        assertThat(told).containsExactly("config:1:1: the top node is <start>; it is read as <config>");
    }
}
