package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.config.Trees.parse;
import static org.espalier.config.Trees.parseHid;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.testkit.ForAll;
import org.junit.jupiter.api.Test;

/** What stays of a text when it is written in the other notation. */
final class ConversionTest {

    private static String convert(String text) {
        return convert(Conversion.convert("config", text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String convert(WriteResult result) {
        return switch (result) {
            case WriteResult.Written(String text) -> text;
            case WriteResult.Refused refused -> refused.toString();
        };
    }

    private static final String XML = """
            <!-- Above
                 everything -->
            <config verbose="yes">
              <!-- what there is -->
              <service name="LOG"/>
              <!-- first -->
              <!-- second,
                     further in
                   than the third -->
              <start name="a">
                <!-- alone -->
              </start>
              <start name="b">
                <config>text<!-- within --></config>
                <!-- at the end of b -->
              </start>
              <!-- at the end -->
            </config>
            <!-- source: x -->
            """;

    private static final String HID = """
            config | verbose: yes
            . Above
            . everything
            . what there is
            + service LOG
            . first
            . second,
            .   further in
            . than the third
            + start a
              . alone
            + start b
              + config
                . within
                : text
              . at the end of b
            . at the end
            . source: x
            -
            """;

    @Test
    void commentsOfXmlStayWithTheirNodes() {
        assertThat(convert(XML)).isEqualTo(HID);
    }

    @Test
    void commentsOfHidStayWithTheirNodes() {
        assertThat(convert("""
                config | x: 1 | . the x
                         y: 2 | . the y
                .
                . A block
                .   of lines--
                .
                + a | + b
                . between a and c
                + c
                  . in c

                  . in c again
                  : text
                -
                . below the end --->
                """)).isEqualTo("""
                <config x="1" y="2">
                  <!-- the x -->
                  <!-- the y -->
                  <!-- A block
                         of lines- - -->
                  <a>
                    <b/>
                  </a>
                  <!-- between a and c -->
                  <c><!-- in c --><!-- in c again -->text</c>
                </config>
                <!-- below the end - - -> -->
                """);
    }

    private static final String DISABLED = """
            config
            + a | x b | x: 1
            |     |     y: 2
            |       . why
            |       + c
            |         : d  e
            |   . behind
            + f
              x g -h
            x i
            -
            """;

    @Test
    void disabledNodesBecomeComments() {
        assertThat(convert(DISABLED)).isEqualTo("""
                <config>
                  <a>
                    <!-- x b | x: 1
                         |     y: 2
                           . why
                           + c
                             : d  e -->
                    <!-- behind -->
                  </a>
                  <f>
                    <!-- x g -h -->
                  </f>
                  <!-- x i -->
                </config>
                """);
    }

    @Test
    void disabledNodesStayDisabledWithinHid() {
        byte[] bytes = DISABLED.getBytes(StandardCharsets.UTF_8);
        String again = convert(Conversion.convert("config", bytes, Notation.HID));
        assertThat(again).isEqualTo("""
                config
                + a
                  x b | x: 1
                  |     y: 2
                    . why
                    + c
                      : d  e
                  . behind
                + f
                  x g -h
                x i
                -
                """);
        assertThat(convert(Conversion.convert("config", again.getBytes(StandardCharsets.UTF_8), Notation.HID)))
                .isEqualTo(again);
    }

    @Test
    void aCommentInFrontOfADisabledNodeDoesNotPullItOut() {
        assertThat(convert("a\n+ b\n. c\n  x d\n. e\n-")).isEqualTo("""
                <a>
                  <b>
                    <!-- c -->
                    <!-- x d -->
                  </b>
                  <!-- e -->
                </a>
                """);
    }

    @Test
    void whatIsMalformedOrCannotBeExpressedIsRefusedWithItsPlace() {
        assertThat(convert("<a>\n<b>")).startsWith("config:2:1: element <b> is opened here and never closed");
        assertThat(convert("a\n+ B\n-")).startsWith("config:2:3: found ‘B’, expected the type of a node");
        assertThat(convert("<a x=\"|\"/>")).startsWith("config:1:4: found ‘|’ in the value of attribute ‘x’ of <a>");
        assertThat(convert("<a>\u0001</a>")).startsWith("config:1:4: found U+0001, which is no character of a text");
    }

    @Test
    void everyTreeComesBackFromHid() {
        ForAll.forAll(Trees.expressibleInHid(), 2_000, tree -> {
            String xml = XmlWriter.write(tree);
            assertThat(convert(convert(xml))).isEqualTo(xml);
        });
    }

    @Test
    void everyScenarioAndExampleComesBackFromHid() throws IOException {
        List<Path> files = configurations();
        assertThat(files).hasSizeGreaterThan(20);
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            String xml = convert(Conversion.convert("config.xml", bytes, Notation.XML));
            String hid = convert(Conversion.convert("config.xml", bytes, Notation.HID));
            if (BEYOND_HID.stream().anyMatch(file::endsWith)) {
                assertThat(hid).endsWith("HID cannot express it");
                continue;
            }
            assertThat(XmlWriter.write(parseHid(hid))).as("%s%n%s", file, hid).isEqualTo(XmlWriter.write(parse(xml)));
        }
    }

    /** Values in these begin or end with a blank, as parts of labels and of log lines do. */
    private static final List<String> BEYOND_HID =
            List.of("scenarios/rom_fallback/config.xml", "scenarios/test_init/steps.xml");

    private static List<Path> configurations() throws IOException {
        Path root = Path.of(System.getProperty("espalier.root"));
        try (Stream<Path> scenarios = Files.walk(root.resolve("scenarios"));
                Stream<Path> examples = Files.walk(root.resolve("examples"))) {
            return Stream.concat(scenarios, examples)
                    .filter(file -> file.toString().matches(".*\\.(xml|hid)") && !file.endsWith("pom.xml"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }
}
