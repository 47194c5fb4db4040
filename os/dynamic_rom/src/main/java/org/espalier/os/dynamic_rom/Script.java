package org.espalier.os.dynamic_rom;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.espalier.config.Schema;

/**
 * What the configuration says. Immutable.
 *
 * <pre>{@code
 * <config verbose="yes">
 *   <rom name="weather">
 *     <inline description="fine"> <weather sky="clear"/> </inline> <sleep milliseconds="500"/>
 *     <empty/>                                                     <sleep milliseconds="100"/>
 *   </rom>
 * </config>
 * }</pre>
 */
final class Script {
    private static final Schema SCHEMA = Schema.of(Script.class.getResourceAsStream(Schema.RESOURCE));

    private final boolean verbose;
    private final Map<String, Timeline> timelines = new HashMap<>();

    private Script(Node config, Consumer<String> notices) {
        verbose = config.bool("verbose", false);
        Map<String, Position> first = new HashMap<>();
        for (Node rom : config.children("rom")) {
            Timeline timeline = Timeline.read(rom, notices);
            Position earlier = first.putIfAbsent(timeline.name(), rom.position());
            if (earlier == null) {
                timelines.put(timeline.name(), timeline);
            } else {
                notices.accept(rom.position() + ": two <rom> are named ‘" + timeline.name()
                        + "’; this one is left out, the first is at " + earlier);
            }
        }
    }

    /** Reads a configuration, telling of mistakes; empty if the text is none. */
    static Optional<Script> read(String text, Consumer<String> notices) {
        return SCHEMA.read(text, notices).map(config -> new Script(config, notices));
    }

    /** Whether each step goes to the log. */
    boolean verbose() {
        return verbose;
    }

    Optional<Timeline> timeline(String name) {
        return Optional.ofNullable(timelines.get(name));
    }
}
