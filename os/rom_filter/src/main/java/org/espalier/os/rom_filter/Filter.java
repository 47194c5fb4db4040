package org.espalier.os.rom_filter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.config.Attribute;
import org.espalier.config.Node;
import org.espalier.config.Schema;

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
    private static final Schema SCHEMA = Schema.of(Filter.class.getResourceAsStream(Schema.RESOURCE));

    static final Filter NOTHING = new Filter(Map.of(), Optional.empty(), List.of(), false);

    /** Reads a configuration, telling of mistakes; empty if the text is none. */
    static Optional<Filter> read(String text, Consumer<String> notices) {
        return SCHEMA.read(text, notices).map(config -> of(config, notices));
    }

    private static Filter of(Node config, Consumer<String> notices) {
        Map<String, Input> inputs = new LinkedHashMap<>();
        for (Node node : config.children("input")) {
            Input input = Input.read(node, notices);
            if (inputs.put(input.name(), input) != null) {
                notices.accept(node.position() + ": two <input> are named ‘" + input.name() + "’; the last counts");
            }
        }
        boolean verbose = config.bool("verbose", false);
        return config.child("output")
                .map(output -> new Filter(
                        inputs,
                        output.attribute("node").map(Attribute::value),
                        new PartReader(inputs, notices).parts(output),
                        verbose))
                .orElse(new Filter(inputs, Optional.empty(), List.of(), verbose));
    }
}
