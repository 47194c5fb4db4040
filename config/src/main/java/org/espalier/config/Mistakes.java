package org.espalier.config;

import java.util.Collection;

/** What to say of mistakes in a configuration, so that it is said in the same words wherever one is found. Stateless. */
public final class Mistakes {

    private Mistakes() {}

    /** Of an attribute of {@code node} that is none of the {@code valid} ones. */
    public static String unknown(Node node, Attribute attribute, Collection<String> valid) {
        return "unknown attribute ‘" + attribute.name() + "’ of <" + node.name() + ">"
                + Nearest.name(attribute.name(), valid)
                        .map(name -> "; did you mean ‘" + name + "’?")
                        .orElse("");
    }

    /** Of a node {@code inner} in {@code node} that is none of the {@code valid} ones. */
    public static String unknown(Node node, Node inner, Collection<String> valid) {
        return "unknown node <" + inner.name() + ">"
                + Nearest.name(inner.name(), valid)
                        .map(name -> "; did you mean <" + name + ">?")
                        .orElse(" in <" + node.name() + ">");
    }

    /** Of a node {@code inner} in {@code node} where one of its name may stand once, and stands at {@code first} already. */
    public static String repeated(Node node, Node inner, Position first) {
        return "<" + node.name() + "> has more than one <" + inner.name() + ">; this one is left out, the first is at "
                + first;
    }
}
