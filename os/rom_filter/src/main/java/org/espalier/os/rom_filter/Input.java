package org.espalier.os.rom_filter;

import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.config.ConfigChecks;
import org.espalier.config.Node;

/**
 * Where a value comes from. Immutable.
 *
 * @param name by which the output knows it
 * @param rom the ROM module
 * @param top the name of the module's top node, without which there is no value
 * @param fallback the value where the module has none
 * @param path to the value; empty for an input that has no value and is only copied
 */
record Input(String name, String rom, String top, Optional<String> fallback, Optional<Path> path) {
    static final ConfigChecks CHECKS = Path.checks("name", "rom", "node", "default");

    /** Reads an {@code <input>}, telling of mistakes; empty without a name. */
    static Optional<Input> read(Node node, Consumer<String> notices) {
        return ConfigChecks.required(node.string("name"), notices)
                .map(name -> new Input(
                        name,
                        node.string("rom", name),
                        node.string("node", name),
                        node.attribute("default").map(org.espalier.config.Attribute::value),
                        node.children().isEmpty() ? Optional.empty() : Path.read(node, notices)));
    }

    /** The value with that content of the module, if there is any. */
    Optional<String> value(Optional<Node> content) {
        return content.filter(node -> node.name().equals(top))
                .flatMap(node -> path.flatMap(way -> way.find(node)))
                .or(() -> fallback);
    }
}
