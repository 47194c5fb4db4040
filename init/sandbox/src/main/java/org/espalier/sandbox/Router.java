package org.espalier.sandbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.espalier.base.Label;
import org.espalier.config.Position;

/**
 * Decides where the session requests of children go: their rules on the one hand, what parent and children provide on the
 * other. The one place where this is decided, for a sandbox at work and for whoever wants to know before one is at work.
 *
 * <p>Changes nothing, and asks anew for each decision. As confined to a thread as what it asks.
 */
public final class Router {
    /** Servers that a message names; a decision takes no longer because there are more of them. */
    private static final int MOST_NAMED = 16;

    private final Predicate<String> parentProvides;
    private final Children children;

    /**
     * A router among these.
     *
     * @param parentProvides whether the parent, or the host itself, provides a service
     */
    public Router(Predicate<String> parentProvides, Children children) {
        this.parentProvides = parentProvides;
        this.children = children;
    }

    /** The children by name. */
    public interface Children {
        /** The services that the child may announce; empty if there is no such child. */
        Optional<Set<String>> provides(String child);

        /** The children that may announce the service and were not given up, in the order of the configuration. */
        Collection<String> providers(String service);
    }

    /** Where a request goes. */
    public sealed interface Decision {
        /** To the parent of the sandbox, or to a service of its host, with this label. */
        record ToParent(String label, Rule rule) implements Decision {}

        /** To the child of that name, with this label. */
        record ToChild(String name, String label, Rule rule) implements Decision {}

        /**
         * To nobody.
         *
         * @param client the name of the child that asked
         * @param label as the child gave it
         * @param refusals where the rules led in vain, in the order in which they were tried
         */
        record Denied(String client, String service, String label, List<Refusal> refusals) implements Decision {
            public Denied {
                refusals = List.copyOf(refusals);
            }

            /** Where the rule is written that decided; empty if no rule speaks of the request. */
            public Optional<Position> position() {
                return refusals.isEmpty()
                        ? Optional.empty()
                        : Optional.of(refusals.getLast().rule().position());
            }

            /** Why, in one line without the position. */
            public String reason() {
                return refusals.isEmpty()
                        ? "no rule in the route of ‘" + client + "’ speaks of service " + service
                                + (label.isEmpty() ? "" : ", label ‘" + label + "’")
                        : leadsTo(
                                client,
                                service,
                                refusals.stream().map(Refusal::reason).collect(Collectors.joining(", and to ")));
            }

            /** The same for a route that leads to {@code where}. */
            public static String leadsTo(String client, String service, String where) {
                return "route of ‘" + client + "’ for service " + service + " leads to " + where;
            }
        }
    }

    /**
     * Where a rule led in vain.
     *
     * @param target the one of its targets that it was
     * @param reason goes on after the words “leads to”
     */
    public record Refusal(Rule rule, Rule.Target target, String reason) {}

    /**
     * Decides on a request.
     *
     * @param client the name of the child that asks
     * @param routes its rules
     * @param relative the label as the child gave it
     * @param absolute the label with the child's name in front
     */
    public Decision decide(String client, List<Rule> routes, String service, Label relative, Label absolute) {
        List<Refusal> refusals = new ArrayList<>();
        for (Rule rule : routes) {
            if (!rule.accepts(service, relative, absolute)) {
                continue;
            }
            for (Rule.Target target : rule.targets()) {
                switch (resolve(client, service, absolute, rule, target)) {
                    case Resolution.Chosen(Decision decision) -> {
                        return decision;
                    }
                    case Resolution.InVain(String reason) -> refusals.add(new Refusal(rule, target, reason));
                }
            }
            if (rule.service().isPresent()) {
                break;
            }
        }
        return new Decision.Denied(client, service, relative.text(), refusals);
    }

    /** What becomes of one target. */
    private sealed interface Resolution {
        record Chosen(Decision decision) implements Resolution {}

        record InVain(String reason) implements Resolution {}
    }

    private Resolution resolve(String client, String service, Label absolute, Rule rule, Rule.Target target) {
        String label = target.rewriting().apply(absolute.text());
        return switch (target) {
            case Rule.Target.ToParent toParent ->
                parentProvides.test(service)
                        ? new Resolution.Chosen(new Decision.ToParent(label, rule))
                        : new Resolution.InVain("the parent, which does not provide it");
            case Rule.Target.ToChild(var position, String name, var rewriting) -> {
                Optional<Set<String>> provides = children.provides(name);
                if (provides.isEmpty()) {
                    yield new Resolution.InVain("child ‘" + name + "’, which does not exist");
                }
                yield provides.get().contains(service)
                        ? new Resolution.Chosen(new Decision.ToChild(name, label, rule))
                        : new Resolution.InVain("child ‘" + name + "’, which does not provide it"
                                + (provides.get().isEmpty()
                                        ? ""
                                        : "; it provides " + String.join(", ", provides.get())));
            }
            case Rule.Target.ToAnyChild toAnyChild -> {
                List<String> servers = children.providers(service).stream()
                        .filter(name -> !name.equals(client))
                        .limit(MOST_NAMED + 1L)
                        .toList();
                yield switch (servers.size()) {
                    case 0 -> new Resolution.InVain("any child, and none provides it");
                    case 1 -> new Resolution.Chosen(new Decision.ToChild(servers.getFirst(), label, rule));
                    default ->
                        new Resolution.InVain("any child, and more than one provides it: "
                                + String.join(", ", servers.subList(0, Math.min(servers.size(), MOST_NAMED)))
                                + (servers.size() > MOST_NAMED ? " and more" : ""));
                };
            }
        };
    }

    /** Where a request from outside of the sandbox goes. */
    public sealed interface Forward {
        /** To the child of that name, with this label. */
        record ToChild(String name, String label) implements Forward {}

        /** To a child that is not there, or does not provide the service; the request waits for one that does. */
        record Awaits(Rule.Target.ToChild target) implements Forward {}

        /** To nobody, and why. */
        record Denied(String reason) implements Forward {}
    }

    /**
     * Decides on a request that came to the sandbox from its host's parent.
     *
     * @param service what the configuration says of the service, if anything
     * @param label as the parent sees the client
     */
    public Forward forward(Optional<ForwardedService> service, String label) {
        if (service.isEmpty()) {
            return new Forward.Denied("the service is not passed on any more.");
        }
        Optional<Rule.Target.ToChild> target = service.get().target(label);
        if (target.isEmpty()) {
            return new Forward.Denied(service.get() + " has no policy for label ‘" + label + "’.");
        }
        Rule.Target.ToChild child = target.get();
        boolean isThere = children.provides(child.name())
                .map(provided -> provided.contains(service.get().name()))
                .orElse(false);
        return isThere ? new Forward.ToChild(child.name(), child.rewriting().apply(label)) : new Forward.Awaits(child);
    }
}
