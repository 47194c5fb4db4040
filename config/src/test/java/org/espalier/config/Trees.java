package org.espalier.config;

import java.util.List;
import org.espalier.testkit.Choices;
import org.espalier.testkit.Gen;

/** Random trees and what several tests need to get at them. */
final class Trees {

    /** White space, markup, controls, characters that XML 1.0 cannot express, and some from outside the BMP. */
    private static final String AWKWARD =
            "ab \n\t\r<>&\"']-=/;#\u0000\u0001\u0085\u2028\uFEFF\uFFFE\uFFFFäÄ\uD83C\uDF33";

    private static final List<String> NAMES = List.of("a", "b", "config", "start", "any-service", "_x.1", "é", "x:y");

    private Trees() {}

    /** Trees of up to four levels. */
    static Gen<Node> random() {
        return choices -> random(choices, 4);
    }

    private static Node random(Choices choices, int levels) {
        Node.Builder node = Node.named(choices.pick(NAMES));
        int attributes = choices.below(12);
        for (int i = 0; i < attributes; i++) {
            node.attribute("n" + i, awkward().from(choices));
        }
        if (choices.oneIn(3)) {
            node.text(awkward().from(choices));
        }
        while (levels > 1 && choices.below(3) > 0) {
            node.child(random(choices, levels - 1));
        }
        return node.build();
    }

    static Gen<String> awkward() {
        return Gen.strings(AWKWARD, 6);
    }

    static Node parse(String text) {
        return switch (XmlReader.read("config.xml", text)) {
            case ReadResult.Parsed(Node root) -> root;
            case ReadResult.Malformed malformed -> throw new AssertionError("cannot be read: " + malformed);
        };
    }

    /** Position and message of the refusal. */
    static String refusal(String text) {
        return refusal(XmlReader.read("config.xml", text));
    }

    static String refusal(ReadResult result) {
        return switch (result) {
            case ReadResult.Parsed(Node root) -> throw new AssertionError("was read: " + XmlWriter.write(root));
            case ReadResult.Malformed malformed -> malformed.toString();
        };
    }
}
