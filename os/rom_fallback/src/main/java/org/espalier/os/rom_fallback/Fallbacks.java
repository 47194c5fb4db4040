package org.espalier.os.rom_fallback;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.base.Label;
import org.espalier.config.Schema;

/**
 * What the configuration says: by which labels a module is asked for, one after the other. Immutable.
 *
 * <pre>{@code
 * <config>
 *   <fallback label="local"/>   <!-- asks for ‘local -> …’ -->
 *   <fallback/>                 <!-- asks for the label as it is -->
 * </config>
 * }</pre>
 *
 * @param prefixes what is put in front of a session's label, empty for nothing; in order
 */
record Fallbacks(List<String> prefixes) {
    private static final Schema SCHEMA = Schema.of(Fallbacks.class.getResourceAsStream(Schema.RESOURCE));

    static final Fallbacks NONE = new Fallbacks(List.of());

    /** Reads a configuration, telling of mistakes; empty if the text is none. */
    static Optional<Fallbacks> read(String text, Consumer<String> notices) {
        return SCHEMA.read(text, notices)
                .map(config -> new Fallbacks(config.children().stream()
                        .map(fallback -> fallback.string("label", ""))
                        .toList()));
    }

    /** The labels to ask by for a session of that label. */
    List<String> labels(String label) {
        return prefixes.stream()
                .map(prefix -> prefix.isEmpty()
                        ? label
                        : new Label(label).under(prefix).text())
                .toList();
    }
}
