package org.espalier.base.processor;

/** Java source text under construction: keeps track of the indentation. */
final class JavaText {
    private static final String INDENT = "    ";

    private final StringBuilder text = new StringBuilder();
    private int depth;

    /** Appends one line. */
    JavaText line(String line) {
        text.append(line.isEmpty() ? "" : INDENT.repeat(depth)).append(line).append('\n');
        return this;
    }

    /** Appends an empty line. */
    JavaText gap() {
        return line("");
    }

    /** Appends a line that opens a block. */
    JavaText open(String head) {
        line(head + " {");
        depth++;
        return this;
    }

    /** Ends the innermost block and starts the next one of the same statement, {@code else} or {@code catch}. */
    JavaText next(String head) {
        depth--;
        line("} " + head + " {");
        depth++;
        return this;
    }

    /** Ends the innermost block. */
    JavaText close() {
        return close("");
    }

    /** Ends the innermost block; {@code tail} follows the brace. */
    JavaText close(String tail) {
        depth--;
        return line("}" + tail);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
