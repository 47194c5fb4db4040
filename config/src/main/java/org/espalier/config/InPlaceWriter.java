package org.espalier.config;

/** Writes a tree with everything where its position says. Used once. */
final class InPlaceWriter {
    private final StringBuilder out = new StringBuilder();
    private int line = 1;
    private int column = 1;
    private int counted;

    /** Brings line and column up to what was written. */
    private void count() {
        while (counted < out.length()) {
            int c = out.codePointAt(counted);
            counted += Character.charCount(c);
            column++;
            if (c == '\n') {
                line++;
                column = 1;
            }
        }
    }

    private void advanceTo(Position position) {
        count();
        if (position.line() > line) {
            out.repeat('\n', position.line() - line);
            count();
        }
        if (position.line() == line && position.column() > column) {
            out.repeat(' ', position.column() - column);
        }
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
            node.children().forEach(this::inside);
        }
        out.append("</").append(node.name()).append('>');
    }

    @Override
    public String toString() {
        return out.append('\n').toString();
    }
}
