package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.config.Trees.parse;
import static org.espalier.config.Trees.parseHid;

import java.util.stream.Stream;
import org.espalier.testkit.ForAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class HidWriterTest {

    private static String write(Node tree) {
        return switch (HidWriter.write(tree)) {
            case WriteResult.Written(String text) -> text;
            case WriteResult.Refused refused -> throw new AssertionError("cannot be written: " + refused);
        };
    }

    @Test
    void treesAreWrittenAsAPersonWould() {
        Node node = parse("""
                <config verbose="yes">
                  <parent-provides><service name="LOG"/><service name="ROM"/></parent-provides>
                  <default-route><any-service><parent/></any-service></default-route>
                  <start name="init" caps="100" ram="8M" label="a rather long one" label_prefix="and another">
                    <config><arg>-c</arg><arg>while true; do
                echo | wc

                done</arg></config>
                    <route><service name="Log" label="l"><child name="log_tee"/></service></route>
                  </start>
                  <none name=""/>
                </config>""");
        assertThat(write(node)).isEqualTo("""
                config | verbose: yes
                + parent-provides
                  + service LOG
                  + service ROM
                + default-route
                  + any-service | + parent
                + start init
                        caps: 100
                        ram: 8M
                        label: a rather long one
                        label_prefix: and another
                  + config
                    + arg | : -c
                    + arg
                      : while true; do
                      : echo | wc
                      :
                      : done
                  + route
                    + service Log | label: l | + child log_tee
                + none | name:
                -
                """);
    }

    @ParameterizedTest
    @CsvSource({"b,a b", "b:,a | name: b:", "b: c,a | name: b: c", "b:c,a | name: b:c", ":b,a :b", "B: c,a B: c"})
    void nameThatLooksLikeAnAttributeIsWrittenAsOne(String name, String line) {
        assertThat(write(Node.named("a").attribute("name", name).build())).isEqualTo(line + "\n-\n");
    }

    @Test
    void attributesKeepTheirOrder() {
        Node node = parse("<a x='1' name='b'/>");
        assertThat(write(node)).isEqualTo("a | x: 1 | name: b\n-\n");
    }

    @Test
    void everyTreeThatHidCanExpressIsReadBack() {
        ForAll.forAll(Trees.expressibleInHid(), 5_000, tree -> {
            String hid = write(tree);
            // The XML shows the order of attributes as well.
            String xml = XmlWriter.write(tree);
            assertThat(XmlWriter.write(parseHid(hid))).as(hid).isEqualTo(xml);
            assertThat(write(parse(xml))).isEqualTo(hid);
        });
    }

    @Test
    void everyTreeIsReadBackOrRefused() {
        ForAll.forAll(Trees.random(), 5_000, tree -> {
            if (HidWriter.write(tree) instanceof WriteResult.Written(String hid)) {
                assertThat(XmlWriter.write(parseHid(hid))).as(hid).isEqualTo(XmlWriter.write(tree));
            }
        });
    }

    @ParameterizedTest
    @MethodSource
    void whatHidCannotExpressIsRefused(String xml, String message) {
        assertThat(HidWriter.write(parse(xml))).hasToString("config.xml:" + message + ": HID cannot express it");
    }

    static Stream<Arguments> whatHidCannotExpressIsRefused() {
        String identifier = "a lower-case letter, then lower-case letters, digits, ‘_’ or ‘-’";
        String value = " in the value of attribute ‘x’ of <a>, expected a value without it";
        return Stream.of(
                Arguments.of("<a>\n<Bc/></a>", "2:1: found node <Bc>, expected a type that is " + identifier),
                Arguments.of(
                        "<a>\n<b x.y='1'/></a>",
                        "2:4: found attribute ‘x.y’ of <b>, expected a tag that is " + identifier),
                Arguments.of("<a x='b|c'/>", "1:4: found ‘|’" + value),
                Arguments.of("<a x='b&#10;'/>", "1:4: found U+000A" + value),
                Arguments.of("<a x='&#9;'/>", "1:4: found U+0009" + value),
                Arguments.of("<a x='&#xFFFE;'/>", "1:4: found U+FFFE" + value),
                Arguments.of("<a x=' b'/>", "1:4: found a blank at the start of the" + value.substring(7)),
                Arguments.of("<a x='b '/>", "1:4: found a blank at the end of the" + value.substring(7)),
                Arguments.of("<a>b<c/></a>", "1:1: found node <a> with text and nodes, expected either text or nodes"),
                Arguments.of("<a>b&#13;</a>", "1:1: found U+000D in the text of <a>, expected a text without it"));
    }

    @Test
    void deepestTreeIsReadBack() {
        Node tree = Node.named("leaf").build();
        while (tree.depth() < Node.MAX_DEPTH) {
            tree = Node.named("a").child(tree).build();
        }
        assertThat(parseHid(write(tree)).sameContent(tree)).isTrue();
    }
}
