package org.espalier.os.rom_filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.config.XmlWriter;
import org.junit.jupiter.api.Test;

final class FilterTest {
    private final List<String> notices = new ArrayList<>();

    private static Node parse(String text) {
        return ConfigReader.read("rom", text) instanceof ReadResult.Parsed(Node root)
                ? root
                : Node.named("malformed").build();
    }

    private Filter read(String config) {
        return Filter.read(config + "\n<!-- source: a.xml -->\n", notices::add).orElseThrow();
    }

    private String output(Filter filter, Map<String, String> roms) {
        return new Evaluation(
                        filter, name -> Optional.ofNullable(roms.get(name)).map(FilterTest::parse), notices::add)
                .output()
                .map(XmlWriter::write)
                .orElse("nothing");
    }

    /** The output of {@code parts} with an input {@code v} that has the value of the attribute {@code v} of the ROM module. */
    private String outputOf(String parts, String rom) {
        return output(
                read("<config> <input name='v' rom='rom'> <attribute name='v'/> </input> <output node='out'>" + parts
                        + "</output> </config>"),
                Map.of("rom", rom));
    }

    private String valueOf(String input, String rom) {
        return output(
                read("<config>" + input + "<output node='out'> <attribute name='is' input='v'/> </output> </config>"),
                Map.of("rom", rom));
    }

    @Test
    void valueIsFoundAlongThePath() {
        String input = """
                <input name='v' rom='rom' node='top'>
                  <node type='a' attribute='kind' value='x'> <node type='b'> <attribute name='is'/> </node> </node>
                </input>""";
        assertThat(valueOf(input, "<top> <a kind='y'> <b is='1'/> </a> <a kind='x'> <c/> <b is='2'/> </a> </top>"))
                .isEqualTo("<out is=\"2\"/>\n");
        assertThat(valueOf(input, "<top> <a kind='x'> <c/> </a> <a kind='x'> <b is='2'/> </a> </top>"))
                .as("the first match counts, whatever is in it")
                .isEqualTo("<out/>\n");
        assertThat(valueOf(input, "<other> <a kind='x'> <b is='2'/> </a> </other>"))
                .isEqualTo("<out/>\n");
        assertThat(notices).isEmpty();
    }

    @Test
    void attributeWithoutValueConstrainsNothing() {
        String input = "<input name='v' rom='rom' node='top'> <node type='a' attribute='kind'> <attribute name='is'/>"
                + " </node> </input>";
        assertThat(valueOf(input, "<top> <a is='1'/> </top>")).isEqualTo("<out is=\"1\"/>\n");
    }

    @Test
    void romAndTopNodeAreNamedAsTheInputUnlessSaidOtherwise() {
        Filter filter = read("<config> <input name='v'> <attribute name='v'/> </input> <output node='out'>"
                + " <attribute name='is' input='v'/> </output> </config>");
        assertThat(output(filter, Map.of("v", "<v v='1'/>"))).isEqualTo("<out is=\"1\"/>\n");
        assertThat(output(filter, Map.of("v", "<w v='1'/>"))).isEqualTo("<out/>\n");
    }

    @Test
    void defaultStandsForWhatTheModuleLacks() {
        String input = "<input name='v' rom='rom' node='top' default='none'> <attribute name='is'/> </input>";
        assertThat(valueOf(input, "<top/>")).isEqualTo("<out is=\"none\"/>\n");
        assertThat(valueOf(input, "<other is='1'/>")).isEqualTo("<out is=\"none\"/>\n");
        assertThat(valueOf(input, "<top is=''/>")).isEqualTo("<out is=\"\"/>\n");
        assertThat(output(
                        read("<config>" + input
                                + "<output node='o'> <attribute name='is' input='v'/> </output></config>"),
                        Map.of()))
                .isEqualTo("<o is=\"none\"/>\n");
    }

    @Test
    void conditionChooses() {
        String choice = "<if> <has_value input='v' value='1'/> <then> <inline> <a/> </inline> </then>"
                + " <else> <if> <has_value input='v' value='2'/> <then> <node type='b'/> </then> </if> </else> </if>";
        assertThat(outputOf(choice, "<v v='1'/>")).isEqualTo("<out>\n  <a/>\n</out>\n");
        assertThat(outputOf(choice, "<v v='2'/>")).isEqualTo("<out>\n  <b/>\n</out>\n");
        assertThat(outputOf(choice, "<v v='3'/>")).isEqualTo("<out/>\n");
        assertThat(outputOf(choice, "<v/>")).isEqualTo("<out/>\n");
    }

    @Test
    void nodesAttributesAndTextAreAdded() {
        assertThat(outputOf(
                        "<node type='a'> <attribute name='x' value='&lt;'/> <attribute name='y' input='v'/>"
                                + " <inline>text</inline> </node> <inline> <b> <c/> </b> <d/> </inline>",
                        "<v v='1'/>"))
                .isEqualTo("""
                        <out>
                          <a x="&lt;" y="1">text</a>
                          <b>
                            <c/>
                          </b>
                          <d/>
                        </out>
                        """);
    }

    @Test
    void inputIsCopiedWithOrWithoutItsTopNode() {
        String rom = "<v v='1'> <a/> </v>";
        assertThat(outputOf("<input name='v'/>", rom)).isEqualTo("<out>\n  <v v=\"1\">\n    <a/>\n  </v>\n</out>\n");
        assertThat(outputOf("<input name='v' skip_toplevel='yes'/>", rom)).isEqualTo("<out>\n  <a/>\n</out>\n");
        assertThat(outputOf("<input name='rom'/>", rom))
                .as("by the name of the module")
                .contains("<v v=\"1\">");
        assertThat(output(
                        read("<config><input name='v'/><output node='out'><input name='v'/></output></config>"),
                        Map.of()))
                .isEqualTo("<out/>\n");
        assertThat(notices).isEmpty();
    }

    @Test
    void missingValueIsToldWhenVerbose() {
        Filter filter = read("<config verbose='yes'> <input name='v'> <attribute name='v'/> </input>"
                + " <output node='out'> <attribute name='is' input='v'/> </output> </config>");
        output(filter, Map.of());
        assertThat(notices).containsExactly("input ‘v’ has no value");
    }

    @Test
    void inputThatMakesTheOutputTooDeepIsLeftOut() {
        String deep = "<a>".repeat(Node.MAX_DEPTH) + "</a>".repeat(Node.MAX_DEPTH);
        assertThat(outputOf("<input name='v'/>", deep)).isEqualTo("<out/>\n");
        assertThat(notices)
                .containsExactly("a.xml:1:87: <a> is left out, because the output would be more than 256 levels deep");
        assertThat(outputOf("<input name='v' skip_toplevel='yes'/>", deep)).startsWith("<out>\n  <a>");
    }

    @Test
    void attributeOfANameThatIsTakenIsLeftOut() {
        assertThat(outputOf("<attribute name='a' value='1'/> <attribute name='a' input='v'/>", "<v v='2'/>"))
                .isEqualTo("<out a=\"1\"/>\n");
        assertThat(notices)
                .containsExactly("a.xml:1:119: the output has an attribute ‘a’ already; this one is left out");
    }

    @Test
    void everyMistakeHasItsPosition() {
        read("""
                <config verbos="yes">
                  <input rom="a"> <attribute name="x"/> </input>
                  <input name="in"> <node> <attribute name="x"/> </node> </input>
                  <input name="in"> <attribute name="x"/> <attribute name="y"/> <atribute/> </input>
                  <input name="of"> <node type="a"/> </input>
                  <output node="out">
                    <if> <then/> <then/> </if>
                    <if> <has_value input="im" value="1"/> </if>
                    <if> <has_value input="in"/> </if>
                    <attribute name="a b" value="1"/>
                    <node/>
                    <node type="a"> <inlin/> </node>
                    <attribute name="a" input="nowhere"/>
                    <input/>
                  </output>
                </config>""");
        assertThat(notices)
                .containsExactly(
                        "a.xml:1:9: unknown attribute ‘verbos’ of <config>; did you mean ‘verbose’?",
                        "a.xml:2:3: <input> has no attribute ‘name’",
                        "a.xml:3:21: <node> has no attribute ‘type’",
                        "a.xml:4:65: unknown node <atribute>; did you mean <attribute>?",
                        "a.xml:7:5: <if> has no <has_value>, and so its condition is never met",
                        "a.xml:7:18: <if> has more than one <then>; this one is left out, the first is at a.xml:7:10",
                        "a.xml:9:10: <has_value> has no attribute ‘value’",
                        "a.xml:10:16: attribute ‘name’ of <attribute>: expected a name, found ‘a b’",
                        "a.xml:11:5: <node> has no attribute ‘type’",
                        "a.xml:12:21: unknown node <inlin>; did you mean <inline>?",
                        "a.xml:14:5: <input> has no attribute ‘name’",
                        "a.xml:4:43: <input> has one way to its value; this one is left out, the first is at a.xml:4:21",
                        "a.xml:4:3: two <input> are named ‘in’; the last counts",
                        "a.xml:5:21: <node> names no <attribute> to take the value from",
                        "a.xml:8:21: no <input> is named ‘im’; did you mean ‘in’?",
                        "a.xml:13:25: no <input> is named ‘nowhere’");
    }

    @Test
    void withoutOutputThereIsNoContent() {
        assertThat(output(read("<config/>"), Map.of())).isEqualTo("nothing");
        assertThat(output(read("<config> <output/> </config>"), Map.of())).isEqualTo("nothing");
        assertThat(output(read("<config> <output node='1'/> </config>"), Map.of()))
                .isEqualTo("nothing");
        assertThat(notices)
                .containsExactly(
                        "a.xml:1:1: <config> has no <output>, and so there is no content",
                        "a.xml:1:10: <output> has no attribute ‘node’",
                        "a.xml:1:18: attribute ‘node’ of <output>: expected a name, found ‘1’");
    }
}
