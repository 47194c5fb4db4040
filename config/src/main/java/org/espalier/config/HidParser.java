package org.espalier.config;

import java.util.ArrayList;
import java.util.List;
import org.espalier.config.ReadResult.Malformed;
import org.espalier.config.ReadResult.Parsed;
import org.espalier.config.Remarks.Remark;
import org.jspecify.annotations.Nullable;

/**
 * Parses one text; the notation is described at {@link HidReader}. Keeps its own stack of open nodes, and looks at each
 * character a constant number of times.
 *
 * <p>The methods that parse something return false (or null) after recording a failure; everybody above then returns likewise
 * at once.
 */
final class HidParser {

    private final Source source;
    private final char[] chars;
    private final int end;
    private final Remarks remarks;

    /** From the top-level node to the one that was begun last. */
    private final ArrayList<Open> open = new ArrayList<>();

    private int lineStart;
    private int lineEnd;
    private int nextLine;
    private int at;

    /** Nodes that were begun, those within disabled ones not counted. */
    private int opened;

    /** Lines of the comment that was added last. */
    private List<String> lastComment = new ArrayList<>();

    /** Whether that comment goes on if the next line begins with one. */
    private boolean inComment;

    /** The outermost disabled node that is open, with the extent of what is known to be part of it. */
    @Nullable private Open disabled;

    private int disabledFrom;
    private int disabledTo;

    /** Comments behind that extent: part of it if the node goes on. */
    private final List<Remark> held = new ArrayList<>();

    @Nullable private Node root;

    @Nullable private Malformed failure;

    /** A node that may still go on. */
    private static final class Open {
        final String type;
        final Position position;

        /** The column of its {@code +}; 0 for the top-level node, right of which is everything. */
        final int column;

        final boolean disabled;
        final AttributeList attributes = new AttributeList();
        final List<Node> children = new ArrayList<>();

        @Nullable StringBuilder text;

        @Nullable Position textPosition;

        Open(String type, Position position, int column, boolean disabled) {
            this.type = type;
            this.position = position;
            this.column = column;
            this.disabled = disabled;
        }

        Node close() {
            return new Node(type, attributes, children, text == null ? "" : text.toString(), position);
        }

        @Override
        public String toString() {
            return "<" + type + "> of " + position;
        }
    }

    HidParser(Source source, Remarks remarks) {
        this.source = source;
        this.chars = source.chars();
        this.end = source.end();
        this.remarks = remarks;
    }

    ReadResult read() {
        if (top() && body() && root != null) {
            return new Parsed(root);
        }
        if (failure == null) {
            throw new IllegalStateException("The HID parser gave up without saying why.");
        }
        return failure;
    }

    // ---- lines

    /** Goes to the next line; false if there is none. */
    private boolean line() {
        if (nextLine == end) {
            return false;
        }
        lineStart = nextLine;
        int i = lineStart;
        while (i < end && chars[i] != '\n') {
            i++;
        }
        nextLine = i < end ? i + 1 : end;
        lineEnd = i > lineStart && chars[i - 1] == '\r' ? i - 1 : i;
        at = lineStart;
        return true;
    }

    /** The top-level node and whatever else is on its line. */
    private boolean top() {
        do {
            if (!line()) {
                return fail(end, "found the end of the file, expected the top-level node");
            }
            skipBlanks();
        } while (at == lineEnd);
        if (chars[at] == '.') {
            return fail(at, "found a comment, expected the top-level node: comments stand below it");
        }
        String type = identifier();
        if (type == null) {
            return fail(
                    at, "found " + found(at) + ", expected the type of the top-level node: " + HidSyntax.IDENTIFIER);
        }
        Open node = new Open(type, source.position(at - type.length()), 0, false);
        open.add(node);
        opened++;
        return name(node) && segments();
    }

    /** Everything below the line of the top-level node. */
    private boolean body() {
        while (line()) {
            if (at < lineEnd && chars[at] == '-') {
                return endMark();
            }
            if (!segments()) {
                return false;
            }
        }
        Open top = open.getFirst();
        return fail(
                top.position,
                "top-level node <" + top.type
                        + "> is opened here and never closed, expected ‘-’ in the first column of a line of its own");
    }

    private boolean endMark() {
        at++;
        skipBlanks();
        if (at < lineEnd) {
            return fail(at, "found " + found(at) + " behind the end mark ‘-’, expected the end of the line");
        }
        while (!open.isEmpty()) {
            close();
        }
        while (line()) {
            skipBlanks();
            if (at < lineEnd && chars[at] != '.') {
                return fail(
                        at,
                        "found " + found(at) + " below the end mark ‘-’, expected the end of the file or a comment");
            }
            if (at < lineEnd && !comment(true)) {
                return false;
            }
        }
        return true;
    }

    /** From here to the end of the line. */
    private boolean segments() {
        boolean first = at == lineStart;
        int delimiter = -1;
        while (true) {
            skipBlanks();
            if (at == lineEnd) {
                inComment &= !first;
                // Without a segment before it, the delimiter only shows how far something reaches.
                return first
                        || delimiter < 0
                        || fail(delimiter, "found ‘|’ at the end of the line, expected something behind it");
            }
            if (chars[at] == '|') {
                delimiter = at;
                if (!delimiter()) {
                    return false;
                }
            } else {
                delimiter = -1;
                if (!segment(first)) {
                    return false;
                }
                first = false;
            }
        }
    }

    private boolean delimiter() {
        if (at > lineStart && chars[at - 1] != ' ') {
            return fail(at, "found ‘|’, expected a blank before it (it separates, and no value can hold it)");
        }
        at++;
        return at == lineEnd
                || chars[at] == ' '
                || fail(
                        at,
                        "found " + found(at) + ", expected a blank after ‘|’ (it separates, and no value can hold it)");
    }

    private boolean segment(boolean first) {
        char c = chars[at];
        if (c == '.') {
            return comment(first);
        }
        boolean understood = switch (c) {
            case '+' -> node(false);
            case ':' -> text();
            case 'x' -> (at + 1 < lineEnd && chars[at + 1] == ' ') ? node(true) : attribute();
            default -> attribute();
        };
        inComment = false;
        if (disabled != null) {
            disabledTo = at;
            held.clear();
        }
        return understood;
    }

    // ---- nodes

    private boolean node(boolean isDisabled) {
        Position position = source.position(at);
        int anchor = at;
        at++;
        if (at == lineEnd || chars[at] != ' ') {
            return fail(at, "found " + found(at) + ", expected a blank and the type of a node after ‘+’");
        }
        at++;
        String type = identifier();
        if (type == null) {
            return fail(
                    at,
                    "found " + found(at) + ", expected the type of a node after ‘" + chars[anchor] + " ’: "
                            + HidSyntax.IDENTIFIER);
        }
        while (open.getLast().column >= position.column()) {
            close();
        }
        Open parent = open.getLast();
        if (parent.column > 0 && position.column() == parent.column + 1) {
            return fail(
                    position,
                    "found node <" + type + "> in column " + position.column() + ", expected column " + parent.column
                            + " for a node beside " + parent + ", or " + (parent.column + 2)
                            + " and more for one in it");
        }
        if (parent.textPosition != null) {
            return fail(
                    position,
                    "found node <" + type + "> in " + parent + ", expected no node there: the node has a text, at "
                            + parent.textPosition);
        }
        if (open.size() == Node.MAX_DEPTH) {
            return fail(
                    position,
                    "found node <" + type + "> on level " + (Node.MAX_DEPTH + 1) + ", expected at most "
                            + Node.MAX_DEPTH + " levels of nodes");
        }
        Open node = new Open(type, position, position.column(), isDisabled);
        if (isDisabled && disabled == null) {
            disabled = node;
            disabledFrom = anchor;
        }
        open.add(node);
        if (disabled == null) {
            opened++;
        }
        return name(node);
    }

    /** What stands between the type of a node and the end of its segment. */
    private boolean name(Open node) {
        if (at < lineEnd && chars[at] != ' ' && chars[at] != '|') {
            return fail(
                    at,
                    "found " + found(at) + " in the type of a node that begins with ‘" + node.type + "’, expected "
                            + HidSyntax.IDENTIFIER + ", and a blank behind");
        }
        skipBlanks();
        if (at == lineEnd || chars[at] == '|') {
            return true;
        }
        int from = at;
        int tagEnd = HidSyntax.identifierEnd(chars, from, lineEnd);
        if (tagEnd > from
                && tagEnd < lineEnd
                && chars[tagEnd] == ':'
                && (tagEnd + 1 == lineEnd || chars[tagEnd + 1] == ' ')) {
            return fail(
                    from,
                    "found ‘" + new String(chars, from, tagEnd - from) + ":’ behind the type of <" + node.type
                            + ">, expected its name there, or ‘|’ before an attribute");
        }
        Position position = source.position(from);
        String value = value();
        if (value == null) {
            return false;
        }
        node.attributes.add(new Attribute("name", value, position));
        return true;
    }

    private void close() {
        Open node = open.removeLast();
        if (node == disabled) {
            addDisabled(node);
            disabled = null;
        }
        Node closed = node.close();
        if (open.isEmpty()) {
            root = closed;
        } else if (!node.disabled) {
            open.getLast().children.add(closed);
        }
    }

    // ---- attributes and text

    private boolean attribute() {
        int from = at;
        String tag = identifier();
        if (tag == null) {
            return fail(
                    at,
                    "found " + found(at)
                            + ", expected a node ‘+ type’, an attribute ‘tag: value’, a text ‘: text’ or a comment ‘. text’");
        }
        Position position = source.position(from);
        if (at == lineEnd || chars[at] != ':') {
            return fail(
                    at,
                    "found " + found(at) + ", expected ‘:’ after the tag ‘" + tag
                            + "’ of an attribute (a node begins with ‘+ ’)");
        }
        at++;
        if (at < lineEnd && chars[at] != ' ') {
            return fail(at, "found " + found(at) + ", expected a blank after the tag ‘" + tag + ":’ of an attribute");
        }
        Open node = open.getLast();
        if (!isRightOf(node, position, "attribute ‘" + tag + "’")) {
            return false;
        }
        if (node.textPosition != null) {
            return fail(
                    position,
                    "found attribute ‘" + tag + "’ behind the text of " + node + ", expected it before that text, at "
                            + node.textPosition);
        }
        Attribute first = node.attributes.find(tag);
        if (first != null) {
            return fail(
                    position,
                    "found attribute ‘" + tag + "’ of <" + node.type + "> again, expected it once: it is at "
                            + first.position() + " already");
        }
        skipBlanks();
        String value = value();
        if (value == null) {
            return false;
        }
        node.attributes.add(new Attribute(tag, value, position));
        return true;
    }

    /** Up to the next delimiter or the end of the line, without the blanks behind it. */
    @Nullable private String value() {
        int from = at;
        int last = at;
        while (at < lineEnd && chars[at] != '|') {
            char c = chars[at];
            if (c == '\t' || c == '\r') {
                fail(at, "found " + Characters.describe(c) + " in a value, expected no tab and no CR there");
                return null;
            }
            at++;
            if (c != ' ') {
                last = at;
            }
        }
        return new String(chars, from, last - from);
    }

    private boolean text() {
        Position position = source.position(at);
        int from = rest("text");
        if (from < 0) {
            return false;
        }
        Open node = open.getLast();
        if (!isRightOf(node, position, "a line of text")) {
            return false;
        }
        if (node.text == null) {
            node.text = new StringBuilder();
            node.textPosition = position;
        } else {
            node.text.append('\n');
        }
        node.text.append(chars, from, lineEnd - from);
        return true;
    }

    /** Further left, some readers would take it as part of that node and others as part of one around it. */
    private boolean isRightOf(Open node, Position position, String what) {
        return position.column() > node.column
                || fail(
                        position,
                        "found " + what + " in column " + position.column() + ", expected it right of column "
                                + node.column + " as part of the node before it, " + node);
    }

    /** The rest of a line behind {@code :} or {@code .} and a blank: where it starts, or -1. Goes to the end of the line. */
    private int rest(String what) {
        char mark = chars[at];
        at++;
        if (at < lineEnd && chars[at] != ' ') {
            fail(at, "found " + found(at) + ", expected a blank between ‘" + mark + "’ and the " + what);
            return -1;
        }
        int from = Math.min(at + 1, lineEnd);
        for (at = from; at < lineEnd; at++) {
            if (chars[at] == '\r') {
                fail(at, "found U+000D in a " + what + ", expected it before the end of a line only");
                return -1;
            }
        }
        return from;
    }

    // ---- remarks

    private boolean comment(boolean first) {
        int position = at;
        int from = rest("comment");
        if (from < 0) {
            return false;
        }
        if (remarks.areKept()) {
            String line = new String(chars, from, lineEnd - from).stripTrailing();
            if (first && inComment) {
                lastComment.add(line);
            } else {
                lastComment = new ArrayList<>(List.of(line));
                Remark remark = new Remark(
                        lastComment,
                        false,
                        opened,
                        level(source.position(position).column()));
                if (disabled == null) {
                    remarks.add(remark);
                } else {
                    held.add(remark);
                }
            }
            inComment = first;
        }
        return true;
    }

    /** How many nodes that are not disabled reach further left than {@code column}. */
    private int level(int column) {
        int level = 0;
        while (level < open.size() && open.get(level).column < column && !open.get(level).disabled) {
            level++;
        }
        return level;
    }

    private void addDisabled(Open node) {
        if (remarks.areKept()) {
            List<String> lines = new ArrayList<>();
            new String(chars, disabledFrom, disabledTo - disabledFrom)
                    .lines()
                    .forEach(line -> lines.add(lines.isEmpty() ? line : shifted(line, node.column - 1)));
            remarks.add(new Remark(lines, true, opened, open.size()));
            held.forEach(remarks::add);
            held.clear();
        }
    }

    /** {@code line} moved to the left, as far as there is nothing but layout in front of it. */
    private static String shifted(String line, int columns) {
        int from = 0;
        while (from < columns && from < line.length() && (line.charAt(from) == ' ' || line.charAt(from) == '|')) {
            from++;
        }
        return line.substring(from);
    }

    // ---- small things

    @Nullable private String identifier() {
        int from = at;
        at = HidSyntax.identifierEnd(chars, from, lineEnd);
        return at == from ? null : new String(chars, from, at - from);
    }

    private void skipBlanks() {
        while (at < lineEnd && chars[at] == ' ') {
            at++;
        }
    }

    private String found(int index) {
        if (index >= end) {
            return "the end of the file";
        }
        return index == lineEnd ? "the end of the line" : Characters.describe(source.codePoint(index));
    }

    private boolean fail(int index, String message) {
        return fail(source.position(index), message);
    }

    private boolean fail(Position position, String message) {
        failure = new Malformed(position, message);
        return false;
    }
}
