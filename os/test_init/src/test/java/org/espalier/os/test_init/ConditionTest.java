package org.espalier.os.test_init;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.junit.jupiter.api.Test;

final class ConditionTest {
    private static final String STATE = """
            <state version="7">
              <ram avail="3M" quota="4194304"/>
              <child name="a" id="1"> <ram assigned="1M"/> <provided/> </child>
              <child name="b" id="2" state="incomplete"> <provided> <session service="LOG"/> </provided> </child>
            </state>""";

    private static Node parse(String text) {
        return ConfigReader.read("a.xml", text) instanceof ReadResult.Parsed(Node root)
                ? root
                : Node.named("malformed").build();
    }

    private static String finding(String conditions) {
        List<String> notices = new ArrayList<>();
        List<Condition> read = Condition.read(parse("<expect>" + conditions + "</expect>"), notices::add);
        assertThat(notices).isEmpty();
        return Condition.unmet(read, parse(STATE))
                .map(Condition.Finding::toString)
                .orElse("met");
    }

    @Test
    void attributeHasItsValue() {
        assertThat(finding("<attribute name='version' value='7'/>")).isEqualTo("met");
        assertThat(finding("<attribute name='version' value='8'/>"))
                .isEqualTo("a.xml:1:9: attribute ‘version’ of <state>: expected ‘8’, found ‘7’");
        assertThat(finding("<attribute name='missing' value='8'/>"))
                .isEqualTo("a.xml:1:9: attribute ‘missing’ of <state>: expected ‘8’, found ‘’");
    }

    @Test
    void emptyValueIsThatOfAnAttributeThatIsNotThere() {
        assertThat(finding("<attribute name='missing' value=''/>")).isEqualTo("met");
    }

    @Test
    void sizesAreComparedWhateverTheirUnits() {
        assertThat(finding("<node name='ram'> <attribute name='avail' higher='3000K'/> </node>"))
                .isEqualTo("met");
        assertThat(finding("<node name='ram'> <attribute name='quota' lower='5M'/> </node>"))
                .isEqualTo("met");
        assertThat(finding("<node name='ram'> <attribute name='avail' higher='3M'/> </node>"))
                .isEqualTo("a.xml:1:27: attribute ‘avail’ of <ram>: expected more than 3M, found ‘3M’");
        assertThat(finding("<node name='ram'> <attribute name='quota' lower='4M'/> </node>"))
                .isEqualTo("a.xml:1:27: attribute ‘quota’ of <ram>: expected less than 4M, found ‘4194304’");
    }

    @Test
    void sizeThatIsNotThereIsZero() {
        assertThat(finding("<attribute name='missing' lower='1'/>")).isEqualTo("met");
        assertThat(finding("<attribute name='missing' higher='0'/>"))
                .isEqualTo("a.xml:1:9: attribute ‘missing’ of <state>: expected more than 0, found ‘’");
    }

    @Test
    void oneNodeMustMeetAllThatIsInside() {
        assertThat(finding("<node name='child'> <attribute name='name' value='b'/> <attribute name='id' value='2'/>"
                        + " </node>"))
                .isEqualTo("met");
        assertThat(finding("<node name='child'> <attribute name='name' value='b'/> <attribute name='id' value='1'/>"
                        + " </node>"))
                .isEqualTo("a.xml:1:9: <state> is to have a <child> that meets what is inside, and none of its 2 does");
        assertThat(finding("<node name='nobody'/>"))
                .isEqualTo("a.xml:1:9: <state> is to have a <nobody>, and none of its 0 does");
    }

    @Test
    void notHoldsWhereWhatIsInsideDoesNot() {
        assertThat(finding("<not> <node name='nobody'/> </not>")).isEqualTo("met");
        assertThat(finding("<not> <node name='child'/> </not>"))
                .isEqualTo("a.xml:1:9: <state> meets what is inside of <not>, and is not to");
        assertThat(finding("<not> <node name='child'/> <attribute name='version' value='8'/> </not>"))
                .as("all together")
                .isEqualTo("met");
        assertThat(finding("<node name='child'> <attribute name='name' value='a'/> <node name='provided'> <not>"
                        + " <node name='session'/> </not> </node> </node>"))
                .isEqualTo("met");
        assertThat(finding("<node name='child'> <attribute name='name' value='b'/> <node name='provided'> <not>"
                        + " <node name='session'/> </not> </node> </node>"))
                .startsWith("a.xml:1:9: ");
    }

    @Test
    void noConditionIsMetByAnything() {
        assertThat(finding("")).isEqualTo("met");
    }
}
