package org.espalier.os.rom_filter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.config.ConfigChecks;
import org.espalier.config.Node;

/**
 * What the configuration says. Immutable.
 *
 * <pre>{@code
 * <config>
 *   <input name="sky" rom="weather" default="unknown"> <attribute name="sky"/> </input>
 *   <output node="advice">
 *     <attribute name="sky" input="sky"/>
 *     <if> <has_value input="sky" value="cloudy"/> <then> <inline> <umbrella/> </inline> </then> </if>
 *   </output>
 * </config>
 * }</pre>
 *
 * @param inputs by name
 * @param rootName the name of the output's top node; empty without output
 * @param parts what is in the output
 * @param verbose whether it is told of values that are missing
 */
record Filter(Map<String, Input> inputs, Optional<String> rootName, List<Part> parts, boolean verbose) {
    // A content has the size that it has; the buffer of Genode's component grows with it, too.
    private static final ConfigChecks CHECKS = ConfigChecks.attributes("verbose", "buffer")
            .node("input", Input.CHECKS)
            .node("output", PartReader.checks("node"));

    static final Filter NOTHING = new Filter(Map.of(), Optional.empty(), List.of(), false);

    /** Reads a configuration, telling of mistakes; empty if the text is none. */
    static Optional<Filter> read(String text, Consumer<String> notices) {
        return CHECKS.read(text, notices).map(config -> of(config, notices));
    }

    private static Filter of(Node config, Consumer<String> notices) {
        boolean verbose = ConfigChecks.optional(config.bool("verbose"), false, notices);
        Map<String, Input> inputs = new LinkedHashMap<>();
        for (Node node : config.children("input")) {
            Input.read(node, notices).ifPresent(input -> {
                if (inputs.put(input.name(), input) != null) {
                    notices.accept(node.position() + ": two <input> are named ‘" + input.name() + "’; the last counts");
                }
            });
        }
        List<Node> outputs = config.children("output");
        if (outputs.isEmpty()) {
            notices.accept(config.position() + ": <" + config.name() + "> has no <output>, and so there is no content");
            return new Filter(inputs, Optional.empty(), List.of(), verbose);
        }
        Node output = outputs.getFirst();
        Optional<String> name = ConfigChecks.required(output.string("node"), notices)
                .filter(root -> {
                    if (!Node.isName(root)) {
                        notices.accept(output.position() + ": attribute ‘node’ of <output>: expected a name, found ‘"
                                + root + "’");
                    }
                    return Node.isName(root);
                });
        return new Filter(inputs, name, new PartReader(inputs, notices).parts(output), verbose);
    }
}
