package org.espalier.control;

import java.util.List;
import org.espalier.config.Node;
import org.espalier.config.Value;
import org.espalier.kernel.spi.HeldCapability;

/** The capabilities of the kernel beneath a system, as its control channel tells of them. */
final class KernelObjects {
    private KernelObjects() {}

    /** A tree from which {@link #of} makes an equal list. */
    static Node node(List<HeldCapability> all) {
        Node.Builder objects = Node.named("objects");
        all.forEach(one -> objects.child(Node.named("cap")
                .attribute("slot", Long.toString(one.slot()))
                .attribute("parent", Long.toString(one.parent()))
                .attribute("holder", SystemView.text(one.holder()))
                .attribute("type", one.type())
                .attribute("object", Long.toString(one.object()))
                .attribute("bytes", Long.toString(one.bytes()))
                .attribute("badge", Long.toString(one.badge()))
                .attribute("rights", one.rights())
                .attribute("count", Integer.toString(one.count()))
                .build()));
        return objects.build();
    }

    /** The list that a system tells of; what is missing counts as nothing. */
    static List<HeldCapability> of(Node objects) {
        return objects.children("cap").stream()
                .map(node -> new HeldCapability(
                        number(node, "slot"),
                        number(node, "parent"),
                        node.string("holder", ""),
                        node.string("type", ""),
                        number(node, "object"),
                        number(node, "bytes"),
                        number(node, "badge"),
                        node.string("rights", ""),
                        Math.clamp(number(node, "count"), 1, Integer.MAX_VALUE)))
                .toList();
    }

    private static long number(Node node, String attribute) {
        return node.number(attribute) instanceof Value.Given<Long>(Long value) ? value : 0;
    }
}
