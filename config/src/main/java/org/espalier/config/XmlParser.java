package org.espalier.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.espalier.config.ReadResult.Malformed;
import org.espalier.config.ReadResult.Parsed;
import org.espalier.config.Remarks.Remark;
import org.jspecify.annotations.Nullable;

/**
 * Parses one text; the dialect is described at {@link XmlReader}. Keeps its own stack of open elements, and looks at
 * each character a constant number of times.
 *
 * <p>The methods that parse something return false (or null, or {@link #NONE}) after recording a failure; everybody
 * above then returns likewise at once.
 */
final class XmlParser {

    private static final int NONE = -1;

    private static final Pattern DECLARATION = Pattern.compile("\\s++version\\s*+=\\s*+(?:\"1\\.[0-9]\"|'1\\.[0-9]')"
            + "(?:\\s++encoding\\s*+=\\s*+(?:\"([^\"]*+)\"|'([^']*+)'))?+"
            + "(?:\\s++standalone\\s*+=\\s*+(?:\"(?:yes|no)\"|'(?:yes|no)'))?+\\s*+");

    private final Source source;
    private final char[] chars;
    private final int end;
    private final Remarks remarks;
    private final ArrayDeque<Open> open = new ArrayDeque<>();
    private final StringBuilder value = new StringBuilder();

    private int at;

    /** How many elements were begun. */
    private int begun;

    @Nullable private Node root;

    @Nullable private Malformed failure;

    /** An element whose end tag is yet to come. */
    private static final class Open {
        final String name;
        final Position position;
        final AttributeList attributes = new AttributeList();
        final List<Node> children = new ArrayList<>();

        @Nullable StringBuilder text;

        /** Whether the text holds anything but literal white space. */
        boolean textIsMeant;

        Open(String name, Position position) {
            this.name = name;
            this.position = position;
        }

        StringBuilder text() {
            if (text == null) {
                text = new StringBuilder();
            }
            return text;
        }

        Node close() {
            return new Node(name, attributes, children, text != null && textIsMeant ? text.toString() : "", position);
        }
    }

    XmlParser(Source source, Remarks remarks) {
        this.source = source;
        this.remarks = remarks;
        this.chars = source.chars();
        this.end = source.end();
    }

    ReadResult read() {
        if (declaration() && content() && root != null) {
            return new Parsed(root);
        }
        if (failure == null) {
            throw new IllegalStateException("The XML parser gave up without saying why.");
        }
        return failure;
    }

    private boolean content() {
        while (at < end) {
            boolean understood = chars[at] == '<' ? markup() : characterData();
            if (!understood) {
                return false;
            }
        }
        Open unclosed = open.peek();
        if (unclosed != null) {
            return fail(
                    unclosed.position, "element <" + unclosed.name + "> " + neverClosed("</" + unclosed.name + ">"));
        }
        return root != null || fail(at, "found the end of the file, expected the top-level element");
    }

    // ---- markup other than elements

    private boolean declaration() {
        if (!source.startsWith("<?xml", 0) || end == 5 || !Characters.isWhite(chars[5])) {
            return true;
        }
        int close = source.find("?>", 5);
        if (close < 0) {
            return fail(0, "XML declaration " + neverClosed("?>"));
        }
        var parts = DECLARATION.matcher(new String(chars, 5, close - 5));
        if (!parts.matches()) {
            return fail(0, "found a malformed XML declaration, expected <?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        }
        String encoding = parts.group(1) != null ? parts.group(1) : parts.group(2);
        if (encoding != null && !encoding.equalsIgnoreCase("UTF-8") && !encoding.equalsIgnoreCase("US-ASCII")) {
            return fail(0, "found the encoding " + Characters.quote(encoding) + ", expected UTF-8");
        }
        at = close + 2;
        return true;
    }

    private boolean markup() {
        if (source.startsWith("<!--", at)) {
            return comment();
        }
        if (source.startsWith("<![CDATA[", at)) {
            return cdata();
        }
        if (source.startsWith("</", at)) {
            return endTag();
        }
        if (source.startsWith("<!DOCTYPE", at)) {
            return fail(
                    at, "found a document type ‘<!DOCTYPE’, expected elements only: document types are not supported");
        }
        if (source.startsWith("<!", at)) {
            return fail(at, "found ‘<!’, expected an element, a comment ‘<!-- … -->’ or a section ‘<![CDATA[ … ]]>’");
        }
        if (source.startsWith("<?xml", at) && at + 5 < end && Characters.isWhite(chars[at + 5])) {
            return fail(at, "found an XML declaration, expected it at the very beginning of the file or not at all");
        }
        if (source.startsWith("<?", at)) {
            return fail(at, "found a processing instruction ‘<?’, expected elements only: they are not supported");
        }
        return startTag();
    }

    private boolean comment() {
        int close = source.find("-->", at + 4);
        if (close < 0) {
            return fail(at, "comment " + neverClosed("-->"));
        }
        if (remarks.areKept()) {
            String text = new String(chars, at + 4, close - at - 4);
            remarks.add(new Remark(Remarks.tidy(text), false, begun, open.size()));
        }
        at = close + 3;
        return true;
    }

    private boolean cdata() {
        Open element = open.peek();
        if (element == null) {
            return outside("a CDATA section");
        }
        int close = source.find("]]>", at + 9);
        if (close < 0) {
            return fail(at, "CDATA section " + neverClosed("]]>"));
        }
        element.textIsMeant = true;
        at += 9;
        while (at < close) {
            literal(element, close);
        }
        at = close + 3;
        return true;
    }

    // ---- text

    private boolean characterData() {
        Open element = open.peek();
        if (element == null) {
            skipWhite();
            return at == end || chars[at] == '<' || outside(found(at));
        }
        while (at < end && chars[at] != '<') {
            if (chars[at] == '&') {
                int c = reference();
                if (c == NONE) {
                    return false;
                }
                element.text().appendCodePoint(c);
                element.textIsMeant = true;
            } else {
                literal(element, end);
            }
        }
        return true;
    }

    /** Takes characters that stand for themselves, at least one: up to the next line end that is not a plain LF. */
    private void literal(Open element, int limit) {
        StringBuilder text = element.text();
        boolean section = limit < end;
        if (chars[at] == '\r') {
            text.append('\n');
            at += at + 1 < limit && chars[at + 1] == '\n' ? 2 : 1;
            return;
        }
        int from = at;
        boolean white = true;
        while (at < limit && chars[at] != '\r' && (section || (chars[at] != '<' && chars[at] != '&'))) {
            white &= Characters.isWhite(chars[at]);
            at++;
        }
        text.append(chars, from, at - from);
        element.textIsMeant |= !white;
    }

    /** The character that a reference stands for. */
    private int reference() {
        int from = at;
        int i = at + 1;
        while (i < end && i - from < 32 && (chars[i] == '#' || isAsciiLetterOrDigit(chars[i]))) {
            i++;
        }
        String name = new String(chars, from + 1, i - from - 1);
        boolean closed = i < end && chars[i] == ';';
        if (closed && name.startsWith("#")) {
            int c = numbered(name);
            if (c == NONE) {
                fail(from, "found ‘&" + name + ";’, expected the number of a Unicode character such as &#10; or &#xA;");
            }
            at = i + 1;
            return c;
        }
        int c = closed ? named(name) : NONE;
        if (c == NONE) {
            String expected = ", expected &lt; &gt; &amp; &quot; &apos; or a number such as &#10;"
                    + " (the character ‘&’ itself is written &amp;)";
            fail(from, "found ‘&" + name + (closed ? ";’" : "’ without ‘;’") + expected);
        }
        at = i + 1;
        return c;
    }

    private static int named(String name) {
        return switch (name) {
            case "lt" -> '<';
            case "gt" -> '>';
            case "amp" -> '&';
            case "quot" -> '"';
            case "apos" -> '\'';
            default -> NONE;
        };
    }

    private static int numbered(String name) {
        boolean hex = name.startsWith("#x");
        int radix = hex ? 16 : 10;
        int first = hex ? 2 : 1;
        int number = 0;
        for (int i = first; i < name.length(); i++) {
            int digit = Character.digit(name.charAt(i), radix);
            number = number * radix + digit;
            if (digit < 0 || number > Character.MAX_CODE_POINT) {
                return NONE;
            }
        }
        return name.length() == first || Characters.isSurrogate(number) ? NONE : number;
    }

    // ---- elements

    private boolean startTag() {
        int opened = at;
        at++;
        String name = name();
        if (name == null) {
            return fail(
                    at,
                    "found " + found(at) + ", expected the name of an element after ‘<’"
                            + " (the character ‘<’ itself is written &lt;)");
        }
        if (open.isEmpty() && root != null) {
            return fail(
                    opened,
                    "found a second top-level element <" + name + ">, expected the end of the file after <"
                            + root.name() + "> of " + root.position());
        }
        if (open.size() == Node.MAX_DEPTH) {
            return fail(
                    opened,
                    "found element <" + name + "> on level " + (Node.MAX_DEPTH + 1) + ", expected at most "
                            + Node.MAX_DEPTH + " levels of elements");
        }
        Open element = new Open(name, source.position(opened));
        begun++;
        while (true) {
            boolean separated = skipWhite();
            if (at == end || (chars[at] == '/' && at + 1 == end)) {
                return unclosedTag(element);
            }
            if (chars[at] == '>') {
                at++;
                open.push(element);
                return true;
            }
            if (source.startsWith("/>", at)) {
                at += 2;
                close(element);
                return true;
            }
            if (!Characters.startsName(source.codePoint(at))) {
                return fail(
                        at,
                        "found " + found(at) + " in start tag <" + name + "> of " + element.position
                                + ", expected an attribute, ‘>’ or ‘/>’");
            }
            if (!separated) {
                return fail(
                        at,
                        "found " + found(at) + ", expected white space before the next attribute of <" + name + ">");
            }
            if (!attribute(element)) {
                return false;
            }
        }
    }

    private boolean unclosedTag(Open element) {
        return fail(element.position, "start tag <" + element.name + "> " + neverClosed(">"));
    }

    private boolean attribute(Open element) {
        Position position = source.position(at);
        String name = name();
        if (name == null) {
            throw new IllegalStateException("The XML parser takes an attribute where no name starts.");
        }
        Attribute first = element.attributes.find(name);
        if (first != null) {
            return fail(
                    position,
                    "found attribute ‘" + name + "’ of <" + element.name + "> again, expected it once: it is at "
                            + first.position() + " already");
        }
        skipWhite();
        if (at == end) {
            return unclosedTag(element);
        }
        if (chars[at] != '=') {
            return fail(
                    at,
                    "found " + found(at) + ", expected ‘=’ after the name of attribute ‘" + name + "’ of <"
                            + element.name + ">");
        }
        at++;
        skipWhite();
        if (at == end) {
            return unclosedTag(element);
        }
        if (chars[at] != '"' && chars[at] != '\'') {
            return fail(
                    at,
                    "found " + found(at) + ", expected the value of attribute ‘" + name + "’ of <" + element.name
                            + "> in quotes");
        }
        String text = value(element, name);
        if (text == null) {
            return false;
        }
        element.attributes.add(new Attribute(name, text, position));
        return true;
    }

    @Nullable private String value(Open element, String name) {
        int opened = at;
        char quote = chars[at];
        value.setLength(0);
        at++;
        int from = at;
        while (at < end && chars[at] != quote) {
            switch (chars[at]) {
                case '&' -> {
                    value.append(chars, from, at - from);
                    int c = reference();
                    if (c == NONE) {
                        return null;
                    }
                    value.appendCodePoint(c);
                    from = at;
                }
                case '\t', '\n', '\r' -> {
                    value.append(chars, from, at - from).append(' ');
                    at += source.startsWith("\r\n", at) ? 2 : 1;
                    from = at;
                }
                case '<' -> {
                    // Nearly always a closing quote was forgotten, and the value would run up to the next one.
                    fail(
                            at,
                            "found ‘<’ in the value of attribute ‘" + name + "’ of <" + element.name
                                    + ">, expected the closing ‘" + quote + "’ of the one at "
                                    + source.position(opened)
                                    + " (the character ‘<’ itself is written &lt;)");
                    return null;
                }
                default -> at++;
            }
        }
        if (at == end) {
            fail(
                    opened,
                    "value of attribute ‘" + name + "’ of <" + element.name + "> "
                            + neverClosed(String.valueOf(quote)));
            return null;
        }
        value.append(chars, from, at - from);
        at++;
        return value.toString();
    }

    private boolean endTag() {
        int opened = at;
        at += 2;
        if (at == end) {
            return fail(opened, "end tag " + neverClosed(">"));
        }
        String name = name();
        if (name == null) {
            return fail(at, "found " + found(at) + ", expected the name of an element after ‘</’");
        }
        Open element = open.peek();
        if (element == null) {
            return fail(opened, "found end tag </" + name + ">, expected no end tag here: no element is open");
        }
        if (!element.name.equals(name)) {
            return fail(
                    opened,
                    "found end tag </" + name + ">, expected </" + element.name + "> for <" + element.name + "> of "
                            + element.position);
        }
        skipWhite();
        if (at == end) {
            return fail(opened, "end tag </" + name + "> " + neverClosed(">"));
        }
        if (chars[at] != '>') {
            return fail(at, "found " + found(at) + ", expected ‘>’ of end tag </" + name + ">");
        }
        at++;
        open.pop();
        close(element);
        return true;
    }

    private void close(Open element) {
        Node node = element.close();
        Open parent = open.peek();
        if (parent == null) {
            root = node;
        } else {
            parent.children.add(node);
        }
    }

    // ---- small things

    @Nullable private String name() {
        int from = at;
        if (at == end || !Characters.startsName(source.codePoint(at))) {
            return null;
        }
        while (at < end) {
            int c = source.codePoint(at);
            if (!Characters.continuesName(c)) {
                break;
            }
            at += Character.charCount(c);
        }
        return new String(chars, from, at - from);
    }

    private boolean skipWhite() {
        int from = at;
        while (at < end && Characters.isWhite(chars[at])) {
            at++;
        }
        return at > from;
    }

    private static boolean isAsciiLetterOrDigit(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private String found(int index) {
        if (index == end) {
            return "the end of the file";
        }
        char c = chars[index];
        return c == '\n' || c == '\r' ? "the end of the line" : Characters.describe(source.codePoint(index));
    }

    private boolean outside(String what) {
        return fail(
                at,
                "found " + what
                        + (root == null
                                ? ", expected the top-level element"
                                : " after the top-level element <" + root.name() + ">, expected the end of the file"));
    }

    private static String neverClosed(String by) {
        return "is opened here and never closed, expected ‘" + by + "’ before the end of the file";
    }

    private boolean fail(int index, String message) {
        return fail(source.position(index), message);
    }

    private boolean fail(Position position, String message) {
        failure = new Malformed(position, message);
        return false;
    }
}
