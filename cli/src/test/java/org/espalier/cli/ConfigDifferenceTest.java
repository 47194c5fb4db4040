package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.junit.jupiter.api.Test;

/** What is told of two configurations. */
final class ConfigDifferenceTest {
    private static final String CHILD = "<start name=\"a\" ram=\"1M\" caps=\"100\"/>";

    private static Node read(String text) {
        return switch (ConfigReader.read("config", text)) {
            case ReadResult.Parsed parsed -> parsed.root();
            case ReadResult.Malformed malformed -> throw new AssertionError(malformed.toString());
        };
    }

    private static List<String> between(String before, String after) {
        return ConfigDifference.between(
                read("<config>" + before + "</config>"), read("<config>" + after + "</config>"));
    }

    private static String child(String attributes, String content) {
        return "<start name=\"a\" " + attributes + ">" + content + "</start>";
    }

    @Test
    void howAndWhereItIsWrittenIsNoDifference() {
        assertThat(between(CHILD, "\n\n  <start caps=\"0x64\" ram=\"1024K\" name=\"a\">\n</start>\n"))
                .containsExactly("no difference");
        assertThat(between(
                        child("ram=\"1M\" caps=\"9\"", "<route><any-service><child name=\"b\"/></any-service></route>"),
                        "\n"
                                + child(
                                        "ram=\"1M\" caps=\"9\"",
                                        "<route><any-service><child name=\"b\"/></any-service></route>")))
                .containsExactly("no difference");
        assertThat(ConfigDifference.between(
                        read("<config>" + CHILD + "</config>"), read("config\n+ start a | ram: 1M | caps: 100\n-\n")))
                .containsExactly("no difference");
    }

    @Test
    void childrenComeAndGo() {
        assertThat(between(CHILD, CHILD.replace("\"a\"", "\"b\"")))
                .containsExactly("- child a", "+ child b: binary b, RAM 1M, capabilities 100");
    }

    @Test
    void eachAspectOfAChildIsTold() {
        String before = child("ram=\"1M\" caps=\"100\"", "<provides><service name=\"X\"/></provides>");
        assertThat(between(
                        before,
                        child(
                                "ram=\"2M\" caps=\"150\" version=\"2\"",
                                "<binary name=\"c\"/><provides><service name=\"X\"/><service name=\"Y\"/></provides>"
                                        + "<config x=\"1\"/><exit propagate=\"yes\"/><heartbeat/>"
                                        + "<route><any-service><parent/></any-service></route><alias/>")))
                .containsExactly(
                        "~ child a: binary a → c, RAM 1M → 2M, capabilities 100 → 150, provides X → X Y, routes,"
                                + " config, exit propagated no → yes, heartbeat, version nothing → ‘2’, <alias> added");
        assertThat(between(before, CHILD)).containsExactly("~ child a: provides X → nothing");
    }

    @Test
    void aPriorityWithinOtherLevelsIsAnotherPriority() {
        String children = child("ram=\"1M\" caps=\"100\" priority=\"-1\"", "");
        assertThat(ConfigDifference.between(
                        read("<config prio_levels=\"2\">" + children + "</config>"),
                        read("<config prio_levels=\"4\">" + children + "</config>")))
                .containsExactly("~ global: prio_levels ‘2’ → ‘4’", "~ child a: priority or affinity");
    }

    @Test
    void aDefaultThatReachesAChildIsAChangeOfTheChild() {
        String child = "<start name=\"a\"/>";
        assertThat(between(
                        "<default ram=\"1M\" caps=\"50\"/>" + child,
                        "<default ram=\"1M\" caps=\"60\"/>"
                                + "<default-route><any-service><parent/></any-service></default-route>" + child))
                .containsExactly(
                        "~ global: <default> changed",
                        "~ global: <default-route> added",
                        "~ child a: capabilities 50 → 60, routes");
    }

    @Test
    void whatConcernsNoChildIsTold() {
        String other = CHILD.replace("\"a\"", "\"b\"");
        assertThat(between("<heartbeat rate_ms=\"10\"/>" + CHILD + other, other + CHILD))
                .containsExactly("~ global: <heartbeat> removed", "~ global: order of children");
    }

    @Test
    void aChildThatCannotBeStartedIsNotThere() {
        assertThat(between(CHILD, "<start name=\"a\"/>")).containsExactly("- child a");
    }
}
