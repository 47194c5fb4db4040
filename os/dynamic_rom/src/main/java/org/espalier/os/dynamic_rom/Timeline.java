package org.espalier.os.dynamic_rom;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.espalier.config.Node;
import org.espalier.config.XmlWriter;
import org.espalier.rom.RomContent;

/**
 * How one ROM module changes: steps, and after the last again the first. One that never sleeps has no second time, because it
 * would never come to an end. Immutable.
 *
 * @param name of the ROM module
 * @param steps in order
 * @param repeats whether it begins again
 */
record Timeline(String name, List<Step> steps, boolean repeats) {
    /** Reads a {@code <rom>} node that follows the schema, and tells if it never sleeps. */
    static Timeline read(Node rom, Consumer<String> notices) {
        String name = rom.string("name", "");
        List<Step> steps = rom.children().stream().map(Timeline::step).toList();
        boolean repeats = steps.stream().anyMatch(Step.Sleep.class::isInstance);
        if (!repeats) {
            notices.accept(rom.position() + ": <rom> of ‘" + name + "’ has no <sleep> that it could go by, and so"
                    + " happens only once");
        }
        return new Timeline(name, steps, repeats);
    }

    private static Step step(Node node) {
        return switch (node.name()) {
            case "inline" ->
                new Step.Inline(
                        node.string("description", ""),
                        RomContent.of(XmlWriter.writeInside(node).getBytes(StandardCharsets.UTF_8)));
            case "sleep" -> new Step.Sleep(node.milliseconds("milliseconds").or(Duration.ZERO));
            default -> new Step.Empty();
        };
    }
}
