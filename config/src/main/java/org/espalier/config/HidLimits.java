package org.espalier.config;

import java.util.Optional;
import java.util.function.IntPredicate;

/** What a tree may hold and HID cannot express. Stateless. */
final class HidLimits {

    private HidLimits() {}

    /** The first thing in {@code node} that HID cannot express. */
    // Recursion is safe, because a tree has at most Node.MAX_DEPTH levels.
    static Optional<WriteResult.Refused> exceeded(Node node) {
        if (!HidSyntax.isIdentifier(node.name())) {
            return refused(node.position(), "node <" + node.name() + ">", "a type that is " + HidSyntax.IDENTIFIER);
        }
        for (Attribute attribute : node.attributes()) {
            Optional<WriteResult.Refused> wrong = exceeded(node, attribute);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        if (!node.text().isEmpty() && !node.children().isEmpty()) {
            return refused(node.position(), "node <" + node.name() + "> with text and nodes", "either text or nodes");
        }
        int inText = first(node.text(), c -> c != '\n' && c != '\t' && isNeverHeld(c));
        if (inText >= 0) {
            return refused(
                    node.position(),
                    Characters.describe(inText) + " in the text of <" + node.name() + ">",
                    "a text without it");
        }
        for (Node child : node.children()) {
            Optional<WriteResult.Refused> wrong = exceeded(child);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private static Optional<WriteResult.Refused> exceeded(Node node, Attribute attribute) {
        String which = "attribute ‘" + attribute.name() + "’ of <" + node.name() + ">";
        if (!HidSyntax.isIdentifier(attribute.name())) {
            return refused(attribute.position(), which, "a tag that is " + HidSyntax.IDENTIFIER);
        }
        String value = attribute.value();
        int inValue = first(value, c -> c == '|' || isNeverHeld(c));
        if (inValue >= 0) {
            return refused(
                    attribute.position(),
                    Characters.describe(inValue) + " in the value of " + which,
                    "a value without it");
        }
        return value.startsWith(" ") || value.endsWith(" ")
                ? refused(
                        attribute.position(),
                        "a blank at the " + (value.startsWith(" ") ? "start" : "end") + " of the value of " + which,
                        "a value without it")
                : Optional.empty();
    }

    private static boolean isNeverHeld(int c) {
        return c < ' ' || !Characters.isLiteral(c);
    }

    /** The first character of that kind, or -1. */
    private static int first(String text, IntPredicate kind) {
        return text.codePoints().filter(kind).findFirst().orElse(-1);
    }

    private static Optional<WriteResult.Refused> refused(Position position, String found, String expected) {
        return Optional.of(new WriteResult.Refused(
                position, "found " + found + ", expected " + expected + ": HID cannot express it"));
    }
}
