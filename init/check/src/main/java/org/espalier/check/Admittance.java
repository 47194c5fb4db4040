package org.espalier.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.base.Label;

/** What the server at the end of a way does with the request, as far as its manifest tells. Stateless but for the resolver. */
final class Admittance {
    /** Servers that pass a request on to one another, before that counts as a circle. */
    private static final int DEEPEST = 24;

    private static final int MOST_FORWARDINGS = 1000;

    private final Resolver resolver;

    Admittance(Resolver resolver) {
        this.resolver = resolver;
    }

    /**
     * What becomes of a request.
     *
     * @param forwardings requests that servers made on its behalf
     */
    record Verdict(Optional<Mistake> mistake, List<Forwarding> forwardings) {}

    /** A request that {@code server} made on behalf of a client, by that label. */
    record Forwarding(Part server, String label, Trace trace, Optional<Mistake> mistake) {}

    Verdict of(Trace trace) {
        List<Forwarding> forwardings = new ArrayList<>();
        Optional<Mistake> mistake = mistake(trace, 0, forwardings);
        return new Verdict(mistake, List.copyOf(forwardings));
    }

    private Optional<Mistake> mistake(Trace trace, int depth, List<Forwarding> forwardings) {
        return switch (trace.end()) {
            case Trace.End.AtHost atHost -> Optional.empty();
            case Trace.End.Config config -> Optional.empty();
            case Trace.End.Refused(Mistake mistake) -> Optional.of(mistake);
            case Trace.End.AtPart(Part server, String label) -> atServer(trace, server, label, depth, forwardings);
        };
    }

    private Optional<Mistake> atServer(
            Trace trace, Part server, String label, int depth, List<Forwarding> forwardings) {
        String client = trace.hops().getFirst().asker().path;
        String service = trace.service();
        if (!server.canStart()) {
            return Optional.of(new Mistake(
                    trace.decidedAt(),
                    "route of ‘" + trace.decidedBy().name() + "’ for service " + service + " leads to child ‘"
                            + server.name() + "’, which cannot be started"));
        }
        if (!server.isKnown()) {
            return Optional.empty();
        }
        Optional<Provision> provision = server.declared.provision(service);
        if (provision.isEmpty()) {
            return server.declared.isCertain()
                    ? Optional.of(new Mistake(
                            server.spec.position(),
                            "child ‘" + server.path + "’ is to provide " + service + ", and its program ‘"
                                    + server.spec.binary() + "’ never does so with its configuration; ‘" + client
                                    + "’ would wait for ever"))
                    : Optional.empty();
        }
        if (label.contains(Resolver.ANY_LABEL)) {
            return Optional.empty();
        }
        return provision
                .get()
                .refusal(label)
                .map(refusal -> new Mistake(
                        refusal.position(),
                        "‘" + server.path + "’ denies ‘" + client + "’ the service " + service + ": "
                                + refusal.message()))
                .or(() -> forwarded(trace, server, label, depth, forwardings));
    }

    /** What becomes of it where the server asks somebody else: one label after the other, until one is admitted. */
    private Optional<Mistake> forwarded(
            Trace trace, Part server, String label, int depth, List<Forwarding> forwardings) {
        List<Need> needs = server.declared.needs().stream()
                .filter(need -> need.isForwarded() && need.serving().contains(trace.service()))
                .toList();
        if (needs.isEmpty()) {
            return Optional.empty();
        }
        if (depth >= DEEPEST || forwardings.size() >= MOST_FORWARDINGS) {
            return Optional.of(new Mistake(
                    Finding.Kind.CIRCLE,
                    server.spec.position(),
                    "‘" + server.path + "’ passes " + trace.service()
                            + " sessions on, and they come back to it again and again"));
        }
        List<String> reasons = new ArrayList<>();
        for (Need need : needs) {
            String prefix = need.label().orElse(Resolver.ANY_LABEL);
            String asked =
                    prefix.isEmpty() ? label : new Label(label).under(prefix).text();
            Trace next = resolver.follow(server, need.service(), asked, false);
            Optional<Mistake> mistake = mistake(next, depth + 1, forwardings);
            forwardings.add(new Forwarding(server, asked, next, mistake));
            if (mistake.isEmpty() || mistake.get().kind() == Finding.Kind.CIRCLE) {
                return mistake;
            }
            reasons.add(mistake.get().position() + ": " + mistake.get().message());
        }
        return Optional.of(new Mistake(
                trace.decidedAt(),
                "‘" + server.path + "’ finds nobody who has the " + trace.service() + " session ‘" + label + "’ of ‘"
                        + trace.hops().getFirst().asker().path + "’ ("
                        + String.join("; ", reasons.subList(0, Math.min(3, reasons.size()))) + ")"));
    }
}
