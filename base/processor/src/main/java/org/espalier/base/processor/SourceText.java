package org.espalier.base.processor;

/** Source text under construction, of a language with braces: keeps track of the indentation. */
final class SourceText {
    private static final String INDENT = "    ";

    private final StringBuilder text = new StringBuilder();
    private int depth;

    /** Appends one line. */
    SourceText line(String line) {
        text.append(line.isEmpty() ? "" : INDENT.repeat(depth)).append(line).append('\n');
        return this;
    }

    /** Appends an empty line. */
    SourceText gap() {
        return line("");
    }

    /** Appends a line that opens a block. */
    SourceText open(String head) {
        line(head + " {");
        depth++;
        return this;
    }

    /** Ends the innermost block and starts the next one of the same statement, {@code else} or {@code catch}. */
    SourceText next(String head) {
        depth--;
        line("} " + head + " {");
        depth++;
        return this;
    }

    /** Ends the innermost block. */
    SourceText close() {
        return close("");
    }

    /** Ends the innermost block; {@code tail} follows the brace. */
    SourceText close(String tail) {
        depth--;
        return line("}" + tail);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
