package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.espalier.testkit.ForAll;
import org.junit.jupiter.api.Test;

/** What a text that was written in place keeps. */
class InPlaceWriterTest {
    private static final String TEXT = """
            <config>

              <start name="client"
                     caps="100">
                <config><greeting text="a &lt; b">  hello <b/> you</greeting></config>
              </start>
            </config>
            """;

    private static Node read(String name, String text) {
        return ((ReadResult.Parsed) ConfigReader.read(name, text)).root();
    }

    private static List<String> places(Node node, List<String> found) {
        found.add(node.name() + "@" + node.position());
        node.attributes().forEach(a -> found.add(a.name() + "@" + a.position()));
        node.children().forEach(child -> places(child, found));
        return found;
    }

    @Test
    void aSubtreeKeepsContentAndPositionsAndFile() {
        Node start = read("dir/config.xml", TEXT).child("start").orElseThrow();
        Node inner = start.child("config").orElseThrow();
        String text = ConfigWriter.writeInPlace(inner);
        Node again = read(SourceNote.fileOf(text, "config"), text);
        assertThat(again.sameContent(inner)).isTrue();
        assertThat(again.position()).isEqualTo(new Position("dir/config.xml", 5, 5));
        assertThat(again.child("greeting").orElseThrow().position()).isEqualTo(new Position("dir/config.xml", 5, 13));
    }

    @Test
    void aWholeTreeKeepsThePlaceOfEveryTagAndAttribute() {
        Node root = read("c", "<a\n  b='1'  c='2'>\n\n   <d/> <e f='x'/>\n</a>");
        String text = ConfigWriter.writeInPlace(root);
        assertThat(places(read("c", text), new ArrayList<>())).isEqualTo(places(root, new ArrayList<>()));
    }

    private static final String HID = """
            config

            + start client | caps: 100 | + provides
            |                            + service  X
            | + config | x: 1    | . why
            |   .
            |            y:
            |   x off | z: 2
            |   + greeting | : hello
            |   |            : you
            |   + other  name   | + leaf | : | text
            + start | name: b: c
            -
            """;

    @Test
    void aSubtreeOfHidKeepsContentAndPositionsAndFile() {
        Node config = read("dir/config.hid", HID)
                .child("start")
                .orElseThrow()
                .child("config")
                .orElseThrow();
        String text = ConfigWriter.writeInPlace(config);
        Node again = read(SourceNote.fileOf(text, "config"), text);
        assertThat(again.sameContent(config)).isTrue();
        assertThat(places(again, new ArrayList<>())).isEqualTo(places(config, new ArrayList<>()));
        assertThat(again.position()).isEqualTo(new Position("dir/config.hid", 5, 3));
        assertThat(again.child("other")
                        .orElseThrow()
                        .child("leaf")
                        .orElseThrow()
                        .position())
                .isEqualTo(new Position("dir/config.hid", 11, 23));
    }

    @Test
    void aTreeOfHidKeepsThePlaceOfEveryNodeAndAttribute() {
        ForAll.forAll(Trees.expressibleInHid(), 2_000, tree -> {
            Node root = read("c", ((WriteResult.Written) HidWriter.write(tree)).text());
            String text = ConfigWriter.writeInPlace(root);
            assertThat(places(read("c", text), new ArrayList<>())).as(text).isEqualTo(places(root, new ArrayList<>()));
        });
    }

    @Test
    void aTreeThatAProgramMadeIsWrittenAsWell() {
        ForAll.forAll(Trees.random(), 500, tree -> {
            String text = ConfigWriter.writeInPlace(tree);
            assertThat(read("c", text).sameContent(tree)).as(text).isTrue();
        });
    }

    @Test
    void theNoteNamesTheFileOnlyWhereItCanStandInAComment() {
        for (Notation notation : Notation.values()) {
            assertThat(SourceNote.fileOf(SourceNote.append("a\n-", "x.xml", notation), "?"))
                    .isEqualTo("x.xml");
            assertThat(SourceNote.fileOf(SourceNote.append("a\n-", "x--y", notation), "?"))
                    .isEqualTo("?");
        }
        assertThat(SourceNote.fileOf("<a/>", "?")).isEqualTo("?");
        assertThat(SourceNote.fileOf("<!-- source: x --><a/>", "?")).isEqualTo("?");
        assertThat(SourceNote.fileOf("a\n. source: x\n-", "?")).isEqualTo("?");
    }
}
