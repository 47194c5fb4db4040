package org.espalier.os.dynamic_rom;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.config.ConfigChecks;
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
    private static final ConfigChecks NOTHING = ConfigChecks.attributes();

    /** What may stand in a {@code <rom>}. */
    static final ConfigChecks CHECKS = ConfigChecks.attributes("name")
            .node("inline", ConfigChecks.free("description"))
            .node("empty", NOTHING)
            .node("sleep", ConfigChecks.attributes("milliseconds"));

    /** Reads a {@code <rom>} node, telling of mistakes; empty without a name. */
    static Optional<Timeline> read(Node rom, Consumer<String> notices) {
        return ConfigChecks.required(rom.string("name"), notices).map(name -> {
            List<Step> steps = rom.children().stream()
                    .flatMap(node -> step(node, notices).stream())
                    .toList();
            boolean repeats = steps.stream().anyMatch(Step.Sleep.class::isInstance);
            if (!repeats) {
                notices.accept(rom.position() + ": <rom> of ‘" + name + "’ has no <sleep> that it could go by, and so"
                        + " happens only once");
            }
            return new Timeline(name, steps, repeats);
        });
    }

    private static Optional<Step> step(Node node, Consumer<String> notices) {
        return switch (node.name()) {
            case "inline" ->
                Optional.of(new Step.Inline(
                        node.string("description", ""),
                        RomContent.of(XmlWriter.writeInside(node).getBytes(StandardCharsets.UTF_8))));
            case "empty" -> Optional.of(new Step.Empty());
            case "sleep" ->
                ConfigChecks.required(node.milliseconds("milliseconds"), notices)
                        .map(Step.Sleep::new);
            default -> Optional.empty(); // was told of when the configuration was read
        };
    }
}
