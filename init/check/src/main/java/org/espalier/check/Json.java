package org.espalier.check;

import java.util.List;

/** As much of JSON as has to be written. Strings are good for Graphviz, too. Stateless. */
final class Json {
    private Json() {}

    static String string(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    static String strings(List<String> texts) {
        return array(texts.stream().map(Json::string).toList());
    }

    static String array(List<String> values) {
        return "[" + String.join(",", values) + "]";
    }
}
