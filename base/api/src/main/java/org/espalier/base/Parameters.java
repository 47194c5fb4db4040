package org.espalier.base;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a session request: {@code name=value} pairs joined by {@code ", "}. A value holds neither a comma nor a
 * control character. Immutable.
 */
public final class Parameters {
    public static final Parameters NONE = new Parameters(Map.of());

    private final Map<String, String> values;

    private Parameters(Map<String, String> values) {
        this.values = values;
    }

    /** Parses what {@link #toString} wrote. Parts without {@code =} are left out. */
    public static Parameters parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        int from = 0;
        while (from < text.length()) {
            int comma = text.indexOf(',', from);
            int end = comma < 0 ? text.length() : comma;
            int equals = text.indexOf('=', from);
            if (equals > from && equals < end) {
                values.put(
                        text.substring(from, equals).strip(),
                        text.substring(equals + 1, end).strip());
            }
            from = end + 1;
        }
        return new Parameters(values);
    }

    /**
     * These parameters and one more.
     *
     * @throws IllegalArgumentException if the name or value holds a comma, an equals sign or a control character
     */
    public Parameters with(String name, Object value) {
        String text = value.toString();
        if (name.isEmpty() || !isPlain(name) || name.indexOf('=') >= 0 || !isPlain(text)) {
            throw new IllegalArgumentException(
                    "A session parameter holds no comma and no control character: " + name + "=" + text);
        }
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, text);
        return new Parameters(more);
    }

    private static boolean isPlain(String text) {
        return text.indexOf(',') < 0 && text.codePoints().noneMatch(Character::isISOControl);
    }

    /** The value of {@code name}. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** The value of {@code name} as a number, {@code fallback} if it is missing or none. */
    public long number(String name, long fallback) {
        String text = values.get(name);
        if (text == null || text.isEmpty() || text.length() > 18) {
            return fallback;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return fallback;
            }
        }
        return Long.parseLong(text);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) ->
                text.append(text.isEmpty() ? "" : ", ").append(name).append('=').append(value));
        return text.toString();
    }
}
