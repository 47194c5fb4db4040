package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wrong with a schema, word by word. */
final class SchemaReaderTest {
    private static List<String> mistakes(String text) {
        return switch (Schema.read("s", text.getBytes(StandardCharsets.UTF_8))) {
            case Schema.Reading.Read read -> List.of();
            case Schema.Reading.Unreadable(List<String> mistakes) -> mistakes;
        };
    }

    private static List<String> inside(String text) {
        return mistakes("<schema>\n" + text + "</schema>");
    }

    @Test
    void schemaOfSchemasIsASchema() {
        assertThat(Schema.of(SchemaReader.class.getResourceAsStream("schema.xml")))
                .isNotNull();
    }

    @Test
    void eitherNotationCanBeRead() {
        assertThat(mistakes("schema\n+ attribute verbose | type: bool\n+ node sleep\n  + attribute ms\n-\n"))
                .isEmpty();
    }

    @Test
    void wrongNamesAreTold() {
        assertThat(mistakes("<config/>")).containsExactly("s:1:1: the top node is <config> and not <schema>");
        assertThat(inside("<atribute name='a'/> <node nam='b'/>"))
                .containsExactly(
                        "s:2:1: unknown node <atribute>; did you mean <attribute>?",
                        "s:2:22: <node> has no attribute ‘name’",
                        "s:2:28: unknown attribute ‘nam’ of <node>; did you mean ‘name’?");
        assertThat(inside("<attribute name='a b'/> <attribute name='b' type='boole'/>"))
                .containsExactly(
                        "s:2:12: attribute ‘name’ of <attribute>: expected a name, found ‘a b’",
                        "s:2:45: attribute ‘type’ of <attribute>: expected text, name, bool, number, size or"
                                + " milliseconds, found ‘boole’; did you mean ‘bool’?");
        assertThat(mistakes("<schema>")).hasSize(1);
    }

    @Test
    void whatIsSaidTwiceIsTold() {
        assertThat(inside("<attribute name='a'/>\n<attribute name='a'/>\n<node name='a'/>\n<node name='a'/>"))
                .containsExactly("s:3:1: two <attribute> are named ‘a’", "s:5:1: two <node> are named ‘a’");
        assertThat(inside("<kind name='a'/>\n<kind name='a'/>")).containsExactly("s:3:1: two <kind> are named ‘a’");
        assertThat(inside("<node name='policy'/>\n<policies/>"))
                .containsExactly(
                        "s:3:1: <policies> stands for <policy> and <default-policy>, one of which is here already");
    }

    @Test
    void kindThatIsNotThereIsToldWithTheNearest() {
        assertThat(inside("<kind name='part'/> <node name='a' kind='parts'/>"))
                .containsExactly("s:2:36: there is no <kind> ‘parts’; did you mean ‘part’?");
    }

    @Test
    void boundsThatNothingMeetsAreTold() {
        assertThat(inside("<attribute name='a' most='1'/>"))
                .containsExactly("s:2:21: ‘most’ goes with the types number and size, and not with text");
        assertThat(inside("<attribute name='a' type='number' least='2' most='1'/>"))
                .containsExactly("s:2:45: ‘most’ is less than ‘least’, and so no value would be right");
        assertThat(inside("<attribute name='a' type='size' least='x'/>"))
                .containsExactly("s:2:33: attribute ‘least’ of <attribute>: expected a size such as 4M, found ‘x’");
        assertThat(inside("<attribute name='a' values=' '/>"))
                .containsExactly("s:2:21: ‘values’ is empty, and so no value would be right");
        assertThat(inside("<attribute name='a' values='b' type='text'/>"))
                .containsExactly("s:2:32: where ‘values’ names all that is right, ‘type’ has no effect");
    }

    @Test
    void contradictionsAreTold() {
        assertThat(inside("<node name='a' required='yes' without='nothing happens'/>"))
                .containsExactly(
                        "s:2:31: what is ‘required’ leaves out the node around it, and so ‘without’ has no effect");
        assertThat(inside("<node name='a' free='yes'> <node name='b'/> </node>"))
                .containsExactly("s:2:1: a free <node> has anything inside, and so nothing can be said of it");
        assertThat(inside("<policies> <attribute name='a' required='yes'/> </policies>"))
                .containsExactly("s:2:12: a policy is never left out, and so none of its attributes can be ‘required’;"
                        + " ‘without’ says what becomes of one that lacks it");
    }

    @Test
    void componentWithoutSchemaIsMisuse() {
        assertThatThrownBy(() -> Schema.of(SchemaReaderTest.class.getResourceAsStream(Schema.RESOURCE)))
                .hasMessage("The schema is missing from the JAR; a component's is META-INF/espalier/schema.xml.");
    }
}
