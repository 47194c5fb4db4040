package org.espalier.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.base.Label;
import org.espalier.base.RomRpc;
import org.espalier.config.Position;
import org.espalier.sandbox.ForwardedService;
import org.espalier.sandbox.Router;
import org.espalier.sandbox.Rule;

/** Follows session requests from sandbox to sandbox as sandboxes at work would hand them on. Stateless but for the modules. */
final class Resolver {
    /**
     * In place of a label that nobody knows yet: no rule that has a condition on labels speaks of it. A character for private
     * use, so that no configuration has it.
     */
    static final String ANY_LABEL = "\uE000";

    private final Modules modules;

    Resolver(Modules modules) {
        this.modules = modules;
    }

    /**
     * Follows a request.
     *
     * @param environment whether the parent asks for the child, which has nothing then to do with the child's configuration
     */
    Trace follow(Part client, String service, String label, boolean environment) {
        List<Trace.Hop> hops = new ArrayList<>();
        Part asker = client;
        String relative = label;
        boolean ownConfig = !environment;
        while (true) {
            String absolute = new Label(relative).under(asker.name()).text();
            if (!Label.isValid(absolute)) {
                hops.add(new Trace.Hop(asker, relative, Optional.empty()));
                return refused(
                        service,
                        hops,
                        "the label of the session has more than " + Label.MAX_LENGTH + " characters at ‘" + asker.path
                                + "’, or control characters");
            }
            if (ownConfig
                    && asker.spec.config().isPresent()
                    && service.equals(RomRpc.TYPE.name())
                    && relative.equals("config")) {
                return new Trace(service, List.copyOf(hops), new Trace.End.Config(asker));
            }
            ownConfig = true;
            Host host = asker.host;
            switch (host.router.decide(
                    asker.name(), asker.spec.routes(), service, new Label(relative), new Label(absolute))) {
                case Router.Decision.ToChild(String name, String passed, Rule rule) -> {
                    hops.add(new Trace.Hop(asker, relative, Optional.of(rule)));
                    Part server = host.parts.get(name);
                    if (server == null) {
                        throw new IllegalStateException(
                                "The router chose child ‘" + name + "’ of " + host.name() + ", which is not there.");
                    }
                    return inward(service, hops, server, passed);
                }
                case Router.Decision.ToParent(String passed, Rule rule) -> {
                    hops.add(new Trace.Hop(asker, relative, Optional.of(rule)));
                    Part self = host.self;
                    if (self == null || host.offers.contains(service)) {
                        return atHost(service, hops, host, passed);
                    }
                    asker = self;
                    relative = passed;
                }
                case Router.Decision.Denied denied -> {
                    List<Router.Refusal> refusals = denied.refusals();
                    hops.add(new Trace.Hop(
                            asker,
                            relative,
                            refusals.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(refusals.getLast().rule())));
                    return refused(service, hops, reason(service, hops, denied));
                }
            }
        }
    }

    /** Follows a request into the children of a server that has them serve it. */
    private static Trace inward(String service, List<Trace.Hop> hops, Part server, String label) {
        Host inner = server.inner;
        ForwardedService forwarded = inner == null ? null : inner.forwarded.get(service);
        if (inner == null || forwarded == null) {
            return new Trace(service, List.copyOf(hops), new Trace.End.AtPart(server, label));
        }
        Rule rule = new Rule(forwarded.position(), Optional.of(service), Rule.Match.ANY, List.of());
        hops.add(new Trace.Hop(server, label, Optional.of(rule), true));
        return switch (inner.router.forward(Optional.of(forwarded), label)) {
            case Router.Forward.ToChild(String name, String seen) -> {
                Part child = inner.parts.get(name);
                if (child == null) {
                    throw new IllegalStateException(
                            "The router chose child ‘" + name + "’ of " + inner.name() + ", which is not there.");
                }
                yield inward(service, hops, child, seen);
            }
            case Router.Forward.Awaits(Rule.Target.ToChild target) ->
                refused(
                        service,
                        hops,
                        "‘" + server.path + "’ passes service " + service + " on to its child ‘" + target.name()
                                + "’, which "
                                + (inner.parts.containsKey(target.name()) ? "does not provide it" : "does not exist")
                                + of(hops, server));
            case Router.Forward.Denied denied ->
                refused(
                        service,
                        hops,
                        "‘" + server.path + "’ passes service " + service + " on by policies, and none is for label ‘"
                                + label + "’" + of(hops, server));
        };
    }

    private Trace atHost(String service, List<Trace.Hop> hops, Host host, String label) {
        String module = new Label(label).last();
        if (host.self == null
                && service.equals(RomRpc.TYPE.name())
                && !module.equals(ANY_LABEL)
                && !modules.exists(module)) {
            return refused(service, hops, leads(service, hops, "core, which has no ROM module ‘" + module + "’"));
        }
        return new Trace(service, List.copyOf(hops), new Trace.End.AtHost(host, label));
    }

    private static String reason(String service, List<Trace.Hop> hops, Router.Decision.Denied denied) {
        Part decider = hops.getLast().asker();
        return decider.host.self == null && !denied.refusals().isEmpty()
                ? leads(service, hops, "core, which does not provide it")
                : denied.reason() + of(hops, decider);
    }

    private static String leads(String service, List<Trace.Hop> hops, String where) {
        Trace soFar = new Trace(service, hops, new Trace.End.Refused(new Mistake(Position.GENERATED, "")));
        Part decider = soFar.decidedBy();
        return Router.Decision.Denied.leadsTo(decider.name(), service, where) + of(hops, decider);
    }

    /** Who asked, if that is somebody below the one whose rules decided. */
    private static String of(List<Trace.Hop> hops, Part decider) {
        Part client = hops.getFirst().asker();
        return client == decider ? "" : " (asked for by ‘" + client.path + "’)";
    }

    private static Trace refused(String service, List<Trace.Hop> hops, String message) {
        Trace soFar = new Trace(service, List.copyOf(hops), new Trace.End.Refused(new Mistake(Position.GENERATED, "")));
        return new Trace(service, soFar.hops(), new Trace.End.Refused(new Mistake(soFar.decidedAt(), message)));
    }
}
