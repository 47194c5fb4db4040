package org.espalier.os.rom_filter;

import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.config.Attribute;
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
    /** Reads an {@code <input>} that follows the schema, telling if its path leads nowhere. */
    static Input read(Node node, Consumer<String> notices) {
        String name = node.string("name", "");
        return new Input(
                name,
                node.string("rom", name),
                node.string("node", name),
                node.attribute("default").map(Attribute::value),
                node.children().isEmpty() ? Optional.empty() : Path.read(node, notices));
    }

    /** The value with that content of the module, if there is any. */
    Optional<String> value(Optional<Node> content) {
        return content.filter(node -> node.name().equals(top))
                .flatMap(node -> path.flatMap(way -> way.find(node)))
                .or(() -> fallback);
    }
}
