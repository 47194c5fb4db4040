package org.espalier.testkit;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;

/** How a value appears in a report: strings as literals, because the interesting ones hold invisible characters. */
final class Shown {

    private Shown() {}

    static String of(Object value) {
        return switch (value) {
            case String text -> literal(text);
            case byte[] bytes -> Arrays.toString(bytes);
            case Collection<?> all -> all.stream().map(Shown::of).collect(Collectors.joining(", ", "[", "]"));
            default -> value.toString();
        };
    }

    private static String literal(String text) {
        StringBuilder literal = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> literal.append("\\n");
                case '"', '\\' -> literal.append('\\').append(c);
                default -> {
                    if (c < ' ' || c > '~') {
                        literal.append("\\u%04x".formatted((int) c));
                    } else {
                        literal.append(c);
                    }
                }
            }
        }
        return literal.append('"').toString();
    }
}
