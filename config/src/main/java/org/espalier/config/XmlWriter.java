package org.espalier.config;

/**
 * Writes a tree in the XML notation: {@link XmlReader} makes a tree of the same content from it, whatever the tree.
 * Stateless.
 */
public final class XmlWriter {

    private static final String INDENT = "  ";

    private XmlWriter() {}

    /**
     * The text of {@code root}, ending with a line end. Each node starts on a line of its own, except below a node with
     * text, where an added line end would be part of the text.
     */
    public static String write(Node root) {
        StringBuilder out = new StringBuilder();
        node(out, root, "");
        return out.append('\n').toString();
    }

    /** The text of what is inside of {@code node}, ending with a line end; empty if there is nothing inside. */
    public static String writeInside(Node node) {
        StringBuilder out = new StringBuilder();
        inside(out, node);
        return out.isEmpty() || out.charAt(out.length() - 1) == '\n'
                ? out.toString()
                : out.append('\n').toString();
    }

    private static void inside(StringBuilder out, Node node) {
        if (!node.text().isEmpty()) {
            text(out, node.text());
        }
        for (Node child : node.children()) {
            node(out, child, "");
            if (node.text().isEmpty()) {
                out.append('\n');
            }
        }
    }

    /**
     * The text of {@code root} with every start tag and attribute at the line and column that its position names, as far as
     * those before it leave room, and a {@link SourceNote} of its file at the end: so whoever reads the text reports mistakes
     * where their author made them.
     */
    public static String writeInPlace(Node root) {
        InPlaceWriter writer = new InPlaceWriter();
        writer.node(root);
        return SourceNote.append(writer.toString(), root.position().file());
    }

    // Recursion is safe, because a tree has at most Node.MAX_DEPTH levels.
    private static void node(StringBuilder out, Node node, String indent) {
        startTag(out, node);
        if (node.text().isEmpty() && node.children().isEmpty()) {
            out.append("/>");
            return;
        }
        out.append('>');
        if (node.text().isEmpty()) {
            String deeper = indent + INDENT;
            for (Node child : node.children()) {
                out.append('\n').append(deeper);
                node(out, child, deeper);
            }
            out.append('\n').append(indent);
        } else {
            text(out, node.text());
            for (Node child : node.children()) {
                node(out, child, indent);
            }
        }
        out.append("</").append(node.name()).append('>');
    }

    private static void startTag(StringBuilder out, Node node) {
        out.append('<').append(node.name());
        for (Attribute attribute : node.attributes()) {
            out.append(' ');
            attribute(out, attribute);
        }
    }

    static void attribute(StringBuilder out, Attribute attribute) {
        out.append(attribute.name()).append("=\"");
        attribute.value().codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("&quot;");
                case '\t', '\n' -> reference(out, c); // would be read as a space
                default -> character(out, c);
            }
        });
        out.append('"');
    }

    static void text(StringBuilder out, String text) {
        int start = 0;
        if (Characters.isWhite(text)) {
            // One reference says that the white space is meant.
            reference(out, text.charAt(0));
            start = 1;
        }
        text.codePoints().skip(start).forEach(c -> character(out, c));
    }

    private static void character(StringBuilder out, int c) {
        switch (c) {
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '&' -> out.append("&amp;");
            case '\r' -> reference(out, c); // would be read as a line end
            default -> {
                if (Characters.isLiteral(c)) {
                    out.appendCodePoint(c);
                } else {
                    reference(out, c);
                }
            }
        }
    }

    private static void reference(StringBuilder out, int c) {
        out.append("&#").append(c).append(';');
    }
}
