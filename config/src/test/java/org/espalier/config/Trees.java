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

    private static final List<String> HID_NAMES =
            List.of("a", "x", "config", "start", "any-service", "x_1-", "a-very-long-type");

    private static final String HID_PRINTED = "ab  :.+-x'\"<>&=#1A\u0085\u2028\uFEFFä\uD83C\uDF33";

    private static final Gen<String> HID_VALUES = Gen.strings(HID_PRINTED, 12);

    private static final Gen<String> HID_TEXTS = Gen.strings(HID_PRINTED + "||\n\n\t", 12);

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

    /** Trees of up to four levels without anything that HID cannot express, and with much that looks like its syntax. */
    static Gen<Node> expressibleInHid() {
        return choices -> expressibleInHid(choices, 4);
    }

    private static Node expressibleInHid(Choices choices, int levels) {
        Node.Builder node = Node.named(choices.pick(HID_NAMES));
        int attributes = choices.below(4);
        for (int i = 0; i < attributes; i++) {
            String name = i == choices.below(4) ? "name" : "n" + i;
            node.attribute(name, HID_VALUES.from(choices).strip());
            if (name.equals("name")) {
                break;
            }
        }
        if (choices.oneIn(3)) {
            node.text(HID_TEXTS.from(choices));
        } else {
            while (levels > 1 && choices.below(3) > 0) {
                node.child(expressibleInHid(choices, levels - 1));
            }
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

    static Node parseHid(String text) {
        return switch (HidReader.read("config.hid", text)) {
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
