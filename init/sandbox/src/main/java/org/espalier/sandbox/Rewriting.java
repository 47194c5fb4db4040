package org.espalier.sandbox;

import java.util.List;
import java.util.Optional;
import org.espalier.base.Label;
import org.espalier.config.Attribute;
import org.espalier.config.Node;

/**
 * How a route changes the label of a request on its way to the server. The last part of a label selects a resource of the server, and
 * what stands before it is the identity of the client, which begins with the name of the child. Immutable.
 *
 * <p>The attributes are those of Genode 25.08 (repos/os/src/lib/sandbox/child.cc).
 *
 * @param label the whole label instead of the client's own; the other three have no effect then
 * @param identity instead of the client's identity; an empty one leaves the resource alone
 * @param resource instead of the resource that the client named
 * @param prefix in front of the resource
 */
public record Rewriting(
        Optional<String> label, Optional<String> identity, Optional<String> resource, Optional<String> prefix) {
    /** Leaves the label as it is. */
    public static final Rewriting NONE = to(Optional.empty());

    /** What may stand in the node of a target. */
    static final List<String> ATTRIBUTES = List.of("label", "identity", "resource", "prepend_resource");

    /** To this label, or, without one, none. */
    public static Rewriting to(Optional<String> label) {
        return new Rewriting(label, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** What the node of a target says. An attribute that is empty says something, too. */
    static Rewriting of(Node target) {
        return new Rewriting(
                text(target, "label"),
                text(target, "identity"),
                text(target, "resource"),
                text(target, "prepend_resource"));
    }

    private static Optional<String> text(Node node, String attribute) {
        return node.attribute(attribute).map(Attribute::value);
    }

    /** The label that the server is to see of a request with {@code absolute}, the child's name in front. */
    public String apply(String absolute) {
        if (label.isPresent()) {
            return label.get();
        }
        if (identity.isEmpty() && resource.isEmpty() && prefix.isEmpty()) {
            return absolute;
        }
        Label whole = new Label(absolute);
        String selected = prefix.orElse("") + resource.orElse(whole.last());
        String client = identity.orElse(whole.prefix().text());
        return client.isEmpty() ? selected : new Label(selected).under(client).text();
    }
}
