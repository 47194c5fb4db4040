package org.espalier.config;

/** Writes a tree in XML with everything where its position says, as far as what stands before it allows. Used once. */
final class InPlaceWriter {
    private final PlacedText text = new PlacedText();
    private final StringBuilder out = text.out();
    private boolean exact = true;

    private void advanceTo(Position position) {
        exact &= text.advanceTo(position);
    }

    /** Recursion is safe, because a tree has at most {@link Node#MAX_DEPTH} levels. */
    void node(Node node) {
        advanceTo(node.position());
        inside(node);
    }

    private void inside(Node node) {
        out.append('<').append(node.name());
        for (Attribute attribute : node.attributes()) {
            out.append(' ');
            advanceTo(attribute.position());
            XmlWriter.attribute(out, attribute);
        }
        if (node.text().isEmpty() && node.children().isEmpty()) {
            out.append("/>");
            return;
        }
        out.append('>');
        if (node.text().isEmpty()) {
            node.children().forEach(this::node);
        } else {
            // White space would become part of the text here.
            XmlWriter.text(out, node.text());
            exact &= node.children().isEmpty();
            node.children().forEach(this::inside);
        }
        out.append("</").append(node.name()).append('>');
    }

    /** Whether everything that was written so far is where its position says. */
    boolean isExact() {
        return exact;
    }

    @Override
    public String toString() {
        return out.append('\n').toString();
    }
}
