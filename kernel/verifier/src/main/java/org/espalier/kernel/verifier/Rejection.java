package org.espalier.kernel.verifier;

/**
 * One thing that a component may not do, and where it does it. All texts come from a hostile file: they are bounded in length
 * and hold no control characters. Immutable.
 *
 * @param type the class, with dots
 * @param method name of the method, empty when it is the class itself
 * @param source name of the source file, empty when the class file tells none
 * @param line line in it, 0 when the class file tells none
 * @param member the class, or the field or method with its class and the types of its arguments, that may not be named; empty
 *     when the reason is about no such thing
 * @param reason a sentence without its full stop, which names the member as well
 */
public record Rejection(String type, String method, String source, int line, String member, String reason) {
    private static final int MAX_LENGTH = 400;

    public Rejection {
        type = clean(type);
        method = clean(method);
        source = clean(source);
        member = clean(member);
        reason = clean(reason);
    }

    /** {@code text} without what would break a line or hide something in it, cut to a bearable length. */
    static String clean(String text) {
        StringBuilder plain = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
        text.codePoints().limit(MAX_LENGTH).forEach(c -> plain.appendCodePoint(isPlain(c) ? c : '?'));
        return plain.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    /** As a stack trace would name the place: {@code com.example.Foo.run(Foo.java:12): reason}. */
    @Override
    public String toString() {
        if (method.isEmpty()) {
            return type + ": " + reason;
        }
        String file = source.isEmpty() ? "" : "(" + source + (line > 0 ? ":" + line : "") + ")";
        return type + "." + method + file + ": " + reason;
    }
}
