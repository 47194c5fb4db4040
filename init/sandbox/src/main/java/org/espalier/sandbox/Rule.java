package org.espalier.sandbox;

import java.util.List;
import java.util.Optional;
import org.espalier.base.Label;
import org.espalier.config.Position;

/**
 * One rule of a route: which session requests it speaks of, and where they go.
 *
 * @param position where it is written
 * @param service the service it names; empty for any service
 * @param match which labels it speaks of
 * @param targets tried in order
 */
public record Rule(Position position, Optional<String> service, Match match, List<Target> targets) {
    /** Everything goes to the parent, or to the services of the host. */
    public static final Rule TO_PARENT = all(Optional.empty(), new Target.ToParent(Rewriting.NONE));

    /** All requests for {@code service}, or for any service if there is none, go to {@code target}. */
    public static Rule all(Optional<String> service, Target target) {
        return new Rule(Position.GENERATED, service, Match.ANY, List.of(target));
    }

    /**
     * Conditions on the label of a request, all of which must hold; an empty one always does.
     *
     * @param label the whole label, relative to the child
     * @param prefix how it begins
     * @param suffix how it ends
     * @param last its last part
     * @param unscoped the whole label with the child's name in front
     */
    public record Match(
            Optional<String> label,
            Optional<String> prefix,
            Optional<String> suffix,
            Optional<String> last,
            Optional<String> unscoped) {
        /** Matches every label. */
        public static final Match ANY =
                new Match(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        boolean accepts(Label relative, Label absolute) {
            return label.map(relative.text()::equals).orElse(true)
                    && prefix.map(relative.text()::startsWith).orElse(true)
                    && suffix.map(relative.text()::endsWith).orElse(true)
                    && last.map(relative.last()::equals).orElse(true)
                    && unscoped.map(absolute.text()::equals).orElse(true);
        }
    }

    /** Where a request goes. */
    public sealed interface Target {
        /** What becomes of the label on the way. */
        Rewriting rewriting();

        /** To the parent of the sandbox, or to the services of its host. */
        record ToParent(Rewriting rewriting) implements Target {}

        /** To the child of that name. */
        record ToChild(Position position, String name, Rewriting rewriting) implements Target {}

        /** To whichever child provides the service, if there is exactly one. */
        record ToAnyChild(Rewriting rewriting) implements Target {}
    }

    boolean accepts(String requested, Label relative, Label absolute) {
        return service.map(requested::equals).orElse(true) && match.accepts(relative, absolute);
    }

    /** As {@link #accepts}, and the rule speaks of no other service and of few other labels. */
    boolean names(String requested, Label relative, Label absolute) {
        boolean isNarrow = match.label.isPresent() || match.last.isPresent() || match.unscoped.isPresent();
        return service.isPresent() && isNarrow && accepts(requested, relative, absolute);
    }

    @Override
    public String toString() {
        return position + ": "
                + service.map(name -> "the rule for service " + name).orElse("the rule for any service");
    }
}
