package org.espalier.config;

import java.util.Optional;

/**
 * Writes a tree in HID with everything exactly where its position says. The layout of HID has a meaning, so this works for
 * trees that were read from HID, or from something laid out alike. Used once.
 */
final class HidInPlaceWriter {
    private static final String DELIMITER = " |";

    private final PlacedText text = new PlacedText();
    private boolean exact = true;

    private HidInPlaceWriter() {}

    /** The text, if there is one that is read as the same tree at the same place. */
    static Optional<String> write(Node root) {
        if (HidLimits.exceeded(root).isPresent()) {
            return Optional.empty();
        }
        HidInPlaceWriter writer = new HidInPlaceWriter();
        writer.advanceTo(root.position());
        writer.inside(root);
        String written = writer.text.out().append("\n-\n").toString();
        return writer.exact
                        && HidReader.read("", written) instanceof ReadResult.Parsed(Node read)
                        && read.sameContent(root)
                ? Optional.of(written)
                : Optional.empty();
    }

    // Recursion is safe, because a tree has at most Node.MAX_DEPTH levels.
    private void inside(Node node) {
        StringBuilder out = text.out();
        out.append(node.name());
        for (Attribute attribute : node.attributes()) {
            boolean isName = attribute == node.attributes().getFirst()
                    && HidSyntax.isNamed(node)
                    && !text.isAbove(attribute.position());
            if (isName) {
                out.append(' ');
            } else {
                delimit(attribute.position());
            }
            advanceTo(attribute.position());
            out.append(isName ? attribute.value() : HidSyntax.attribute(attribute));
        }
        if (!node.text().isEmpty()) {
            // From this line on, so that what follows has its line even if the text began here.
            String below = "\n" + " ".repeat(node.position().column()) + ": ";
            out.append(DELIMITER).append(" : ").append(node.text().replace("\n", below));
        }
        for (Node child : node.children()) {
            delimit(child.position());
            advanceTo(child.position());
            out.append("+ ");
            inside(child);
        }
    }

    private void delimit(Position next) {
        if (!text.isAbove(next)) {
            text.out().append(DELIMITER).append(' ');
        }
    }

    private void advanceTo(Position position) {
        exact &= text.advanceTo(position);
    }
}
