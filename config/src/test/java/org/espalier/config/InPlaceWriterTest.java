package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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
        return ((ReadResult.Parsed) XmlReader.read(name, text)).root();
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
        String text = XmlWriter.writeInPlace(inner);
        Node again = read(SourceNote.fileOf(text, "config"), text);
        assertThat(again.sameContent(inner)).isTrue();
        assertThat(again.position()).isEqualTo(new Position("dir/config.xml", 5, 5));
        assertThat(again.child("greeting").orElseThrow().position()).isEqualTo(new Position("dir/config.xml", 5, 13));
    }

    @Test
    void aWholeTreeKeepsThePlaceOfEveryTagAndAttribute() {
        Node root = read("c", "<a\n  b='1'  c='2'>\n\n   <d/> <e f='x'/>\n</a>");
        String text = XmlWriter.writeInPlace(root);
        assertThat(places(read("c", text), new ArrayList<>())).isEqualTo(places(root, new ArrayList<>()));
    }

    @Test
    void theNoteNamesTheFileOnlyWhereItCanStandInAComment() {
        assertThat(SourceNote.fileOf(SourceNote.append("<a/>", "x.xml"), "?")).isEqualTo("x.xml");
        assertThat(SourceNote.fileOf(SourceNote.append("<a/>", "x--y"), "?")).isEqualTo("?");
        assertThat(SourceNote.fileOf("<a/>", "?")).isEqualTo("?");
        assertThat(SourceNote.fileOf("<!-- source: x --><a/>", "?")).isEqualTo("?");
    }
}
