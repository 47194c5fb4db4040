package org.espalier.os.rom_filter;

import java.util.List;
import org.espalier.config.Node;
import org.espalier.config.Position;

/** A part of the output. Immutable. */
sealed interface Part {
    /** These nodes, and that text. */
    record Inline(String text, List<Node> nodes) implements Part {}

    /** One or the other, depending on whether an input has that value. */
    record Choice(String input, String value, List<Part> then, List<Part> otherwise) implements Part {}

    /** An attribute with a fixed value. */
    record Fixed(Position position, String name, String value) implements Part {}

    /** An attribute with the value of an input, if it has one. */
    record Taken(Position position, String name, String input) implements Part {}

    /** A node, and what is in it. */
    record Inner(Position position, String type, List<Part> parts) implements Part {}

    /** The whole content of a ROM module, or what is inside of its top node. */
    record Copied(Position position, String rom, boolean inside) implements Part {}
}
