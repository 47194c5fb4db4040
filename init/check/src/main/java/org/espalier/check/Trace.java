package org.espalier.check;

import java.util.List;
import java.util.Optional;
import org.espalier.config.Position;
import org.espalier.sandbox.Rule;

/**
 * Where a session request leads.
 *
 * @param hops decisions on the way, the client's first
 */
record Trace(String service, List<Hop> hops, End end) {
    /**
     * A decision about a request.
     *
     * @param asker the client, or one of its parents; or, going inward, a server that has its own children serve
     */
    record Hop(Part asker, String label, Optional<Rule> rule, boolean inward) {
        /** A decision on the way out. */
        Hop(Part asker, String label, Optional<Rule> rule) {
            this(asker, label, rule, false);
        }

        Position position() {
            return rule.map(Rule::position).orElse(asker.spec.position());
        }
    }

    /** Where it ends. */
    sealed interface End {
        /** At a service of a parent, or of core. */
        record AtHost(Host host, String label) implements End {}

        /** At the parent, which holds the configuration that is asked for. */
        record Config(Part of) implements End {}

        /** At another child. */
        record AtPart(Part server, String label) implements End {}

        /** Nowhere. */
        record Refused(Mistake mistake) implements End {}
    }

    /** Where the last rule that a person wrote on this way is written. */
    Position decidedAt() {
        for (Hop hop : hops.reversed()) {
            if (!hop.position().equals(Position.GENERATED)) {
                return hop.position();
            }
        }
        return Position.GENERATED;
    }

    /** The last asker whose rules a person wrote. */
    Part decidedBy() {
        for (Hop hop : hops.reversed()) {
            if (!hop.position().equals(Position.GENERATED)) {
                return hop.asker();
            }
        }
        return hops.getFirst().asker();
    }
}
