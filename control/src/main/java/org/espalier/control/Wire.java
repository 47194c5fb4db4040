package org.espalier.control;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What goes over the channel: one request for each connection, one reply, and then both sides close. Either is a line in ASCII,
 * ended by LF, and as many bytes of UTF-8 as it says:
 *
 * <pre>
 * espalier 1 VERB LENGTH        VERB is info, state, config or apply
 * ok LENGTH  |  refused LENGTH
 * </pre>
 */
final class Wire {
    /** Longest first line, its LF included. */
    static final int MAX_LINE = 64;
    /** Longest content of a request, in bytes. */
    static final int MAX_REQUEST = 4 << 20;
    /** Longest content of a reply, in bytes. */
    static final int MAX_REPLY = 64 << 20;

    static final String INFO = "info";
    static final String STATE = "state";
    static final String CONFIG = "config";
    static final String OBJECTS = "objects";
    static final String APPLY = "apply";

    private static final Pattern REQUEST = Pattern.compile("espalier 1 ([a-z]{1,16}) (0|[1-9][0-9]{0,8})");
    private static final Pattern REPLY = Pattern.compile("(ok|refused) (0|[1-9][0-9]{0,8})");

    private Wire() {}

    /** The first line of a message: a verb or an outcome, and how many bytes follow. */
    record Head(String word, int length) {}

    static @Nullable Head request(String line) {
        return head(REQUEST.matcher(line));
    }

    static @Nullable Head reply(String line) {
        return head(REPLY.matcher(line));
    }

    private static @Nullable Head head(Matcher matcher) {
        return matcher.matches() ? new Head(matcher.group(1), Integer.parseInt(matcher.group(2))) : null;
    }

    static byte[] request(String verb, byte[] content) {
        return message("espalier 1 " + verb, content);
    }

    static byte[] reply(boolean ok, String content) {
        return message(ok ? "ok" : "refused", content.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] message(String start, byte[] content) {
        byte[] head = (start + " " + content.length + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[head.length + content.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(content, 0, whole, head.length, content.length);
        return whole;
    }

    /** A configuration as content: its name, LF, its text. */
    static String named(String name, String text) {
        return name.replace('\n', ' ') + "\n" + text;
    }
}
