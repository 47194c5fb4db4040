package org.espalier.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.espalier.base.CpuRpc;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.PdRpc;
import org.espalier.base.RamQuota;
import org.espalier.base.RomRpc;
import org.espalier.config.Position;

/**
 * A system that was looked at before it was started: what would become of every session that a component needs, and what is wrong.
 * Takes time and memory in proportion to the number of components and their needs. Confined to one thread.
 *
 * <p>It speaks of the system at its start. What a component makes dependent on what it hears at run time, and what servers decide for
 * other reasons than their policies, is beyond it.
 */
public final class Check {
    private static final Comparator<Finding> BY_POSITION = Comparator.comparing(
            Finding::position,
            Comparator.comparing(Position::file)
                    .thenComparingInt(Position::line)
                    .thenComparingInt(Position::column));

    private static final Set<String> ENVIRONMENT =
            Set.of(LogSessionRpc.TYPE.name(), CpuRpc.TYPE.name(), PdRpc.TYPE.name());

    private final SystemPlan plan;
    private final Resolver resolver;
    private final Tree tree;
    private final Admittance admittance;
    private final Links links;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    /** For each part those whose environment hangs on it. */
    private final List<List<Part>> dependents = new ArrayList<>();

    private final Queue<Part> givenUp = new ArrayDeque<>();
    /** Services of parts that somebody uses. */
    private final List<Set<String>> used = new ArrayList<>();

    private Check(SystemPlan plan, Modules modules) {
        this.plan = plan;
        this.resolver = new Resolver(modules);
        this.tree = new Tree(plan, modules, resolver);
        this.admittance = new Admittance(resolver);
        this.links = new Links(tree.parts);
        tree.parts.forEach(part -> {
            dependents.add(new ArrayList<>());
            used.add(new HashSet<>());
        });
    }

    /** Looks at a system. */
    public static Check of(SystemPlan plan, Modules modules) {
        Check check = new Check(plan, modules);
        check.findings.addAll(check.tree.findings);
        check.tree.parts.forEach(check::environment);
        check.giveUpDependents();
        check.tree.parts.stream().filter(Part::canStart).forEach(check::needs);
        check.tree.hosts.forEach(check::quota);
        check.tree.parts.forEach(check::unused);
        check.findings.addAll(check.links.findings());
        check.findings.sort(BY_POSITION);
        return check;
    }

    /** What is wrong, by position. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** What would become of the sessions, parents before their children. */
    public List<Answer> answers() {
        return List.copyOf(answers);
    }

    /** Labels of all components, parents before their children. */
    public List<String> components() {
        return tree.parts.stream().map(part -> part.path).toList();
    }

    /** Labels of the components that {@code name} may mean: the one with that label, or else all children of that name. */
    public List<String> named(String name) {
        return tree.parts.stream().anyMatch(part -> part.path.equals(name))
                ? List.of(name)
                : tree.parts.stream()
                        .filter(part -> part.name().equals(name))
                        .map(part -> part.path)
                        .toList();
    }

    /**
     * What would become of a session of that component, whether it needs one or not.
     *
     * @param client its label
     * @param label as the component would give it
     */
    public Answer why(String client, String service, String label) {
        Part part = tree.parts.stream()
                .filter(known -> known.path.equals(client))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no component ‘" + client + "’."));
        Trace trace = resolver.follow(part, service, label, false);
        return answer(part, trace, Optional.of(label), Answer.Sort.ASKED, admittance.of(trace));
    }

    // ---- the environment

    private void environment(Part part) {
        environment(part, RomRpc.TYPE.name(), part.spec.binary());
        environment(part, LogSessionRpc.TYPE.name(), "");
        environment(part, CpuRpc.TYPE.name(), "");
        environment(part, PdRpc.TYPE.name(), "");
        if (part.canStart()) {
            unknown(part);
        }
    }

    private void environment(Part part, String service, String label) {
        Trace trace = resolver.follow(part, service, label, true);
        Admittance.Verdict verdict = admittance.of(trace);
        answers.add(answer(part, trace, Optional.of(label), Answer.Sort.ENVIRONMENT, verdict));
        use(part, trace, true, verdict);
        if (trace.end() instanceof Trace.End.AtPart(Part server, String seen)) {
            dependents.get(server.number).add(part);
        }
        verdict.mistake()
                .ifPresent(mistake -> giveUp(
                        part,
                        new Mistake(
                                place(mistake.position()),
                                "child ‘" + part.path + "’ cannot be started: " + mistake.message())));
    }

    private void giveUp(Part part, Mistake mistake) {
        if (part.canStart()) {
            part.obstacle = mistake;
            part.host.giveUp(part);
            givenUp.add(part);
            findings.add(
                    new Finding(Finding.Kind.NOT_STARTED, mistake.position(), mistake.message(), List.of(part.path)));
        }
    }

    /** Whose environment hangs on one that is given up is given up, too, and so is everybody below. */
    private void giveUpDependents() {
        while (!givenUp.isEmpty()) {
            Part part = givenUp.remove();
            for (Part dependent : dependents.get(part.number)) {
                giveUp(
                        dependent,
                        new Mistake(
                                place(dependent.spec.position()),
                                "child ‘" + dependent.path + "’ cannot be started: its environment hangs on ‘"
                                        + part.path + "’, which cannot be started"));
            }
            Host inner = part.inner;
            if (inner != null && part.obstacle != null) {
                for (Part below : inner.parts.values()) {
                    if (below.canStart()) {
                        below.obstacle = part.obstacle;
                        givenUp.add(below);
                    }
                }
            }
        }
    }

    private void unknown(Part part) {
        switch (part.program) {
            case Program.Absent() -> {}
            case Program.Unknown(String why) ->
                unknown(
                        part,
                        "needs of ‘" + part.path + "’ are unknown: its program ‘" + part.spec.binary() + "’ " + why);
            case Program.Known known -> {
                boolean whose = part.declared.hosts().isPresent() && part.inner == null;
                if (whose || !part.declared.isCertain()) {
                    unknown(
                            part,
                            (whose ? "children" : "needs") + " of ‘" + part.path + "’ are not all known: "
                                    + (part.config.isEmpty()
                                            ? "its configuration is made when the system runs"
                                            : "it decides when it runs"));
                }
            }
        }
    }

    private void unknown(Part part, String message) {
        findings.add(new Finding(Finding.Kind.UNKNOWN, place(part.spec.position()), message, List.of(part.path)));
    }

    // ---- what components ask for themselves

    private void needs(Part part) {
        for (Need need : part.declared.needs()) {
            if (need.isForwarded()) {
                continue;
            }
            Trace trace = resolver.follow(part, need.service(), need.label().orElse(Resolver.ANY_LABEL), false);
            Admittance.Verdict verdict = admittance.of(trace);
            use(part, trace, !need.isLate(), verdict);
            for (String service : need.serving()) {
                if (trace.end() instanceof Trace.End.AtPart(Part server, String seen)) {
                    links.whileServing(part, service, server, need.service());
                }
            }
            Answer answer = answer(
                    part,
                    trace,
                    need.label(),
                    need.isOptional() ? Answer.Sort.OPTIONAL : Answer.Sort.REQUIRED,
                    verdict);
            if (!isEnvironment(need)) {
                answers.add(answer);
            }
            Finding.Kind kind = verdict.mistake().map(Mistake::kind).orElse(Finding.Kind.DENIED);
            if (answer.outcome() instanceof Answer.Outcome.Denied(Position position, String reason)
                    && (!need.isOptional() || kind == Finding.Kind.CIRCLE)) {
                findings.add(new Finding(kind, position, reason, List.of(part.path)));
            }
        }
    }

    /** Named for what it serves only: whoever starts has it. */
    private static boolean isEnvironment(Need need) {
        return ENVIRONMENT.contains(need.service()) && need.label().equals(Optional.of(""));
    }

    /** Takes note of all servers that the session takes. */
    private void use(Part client, Trace trace, boolean atStart, Admittance.Verdict verdict) {
        use(client, trace, atStart);
        for (Admittance.Forwarding forwarding : verdict.forwardings()) {
            use(client, forwarding.trace(), atStart);
            answers.add(answer(
                    forwarding.server(),
                    forwarding.trace(),
                    Optional.of(forwarding.label()),
                    Answer.Sort.FORWARDED,
                    new Admittance.Verdict(forwarding.mistake(), List.of())));
        }
    }

    private void use(Part client, Trace trace, boolean atStart) {
        trace.hops().stream()
                .filter(Trace.Hop::inward)
                .forEach(hop -> used.get(hop.asker().number).add(trace.service()));
        if (trace.end() instanceof Trace.End.AtPart(Part server, String seen)) {
            used.get(server.number).add(trace.service());
            if (atStart) {
                links.atStart(client, server, trace.service(), trace.decidedAt());
            }
        }
    }

    private Answer answer(
            Part part, Trace trace, Optional<String> label, Answer.Sort sort, Admittance.Verdict verdict) {
        List<Answer.Step> path = trace.hops().stream()
                .filter(hop -> hop.asker().host.self != null)
                .map(hop -> new Answer.Step(hop.position(), hop.asker().path))
                .toList();
        Answer.Outcome outcome = verdict.mistake()
                .<Answer.Outcome>map(mistake -> new Answer.Outcome.Denied(
                        place(mistake.position()), mistake.message().replace(Resolver.ANY_LABEL, "…")))
                .orElseGet(() -> reached(trace));
        return new Answer(part.path, trace.service(), label, sort, path, outcome);
    }

    private static Answer.Outcome reached(Trace trace) {
        return switch (trace.end()) {
            case Trace.End.AtHost(Host host, String label) ->
                new Answer.Outcome.Reached(host.self == null ? "core" : host.path, shown(label));
            case Trace.End.Config(Part of) ->
                new Answer.Outcome.Reached(of.host.self == null ? "core" : of.host.path, "config");
            case Trace.End.AtPart(Part server, String label) -> new Answer.Outcome.Reached(server.path, shown(label));
            case Trace.End.Refused(Mistake mistake) -> new Answer.Outcome.Denied(mistake.position(), mistake.message());
        };
    }

    private static String shown(String label) {
        return label.replace(Resolver.ANY_LABEL, "…");
    }

    /** The position, or that of init's configuration for what nobody wrote. */
    private Position place(Position position) {
        return position.equals(Position.GENERATED) ? plan.config().position() : position;
    }

    // ---- the whole

    private void quota(Host host) {
        Part self = host.self;
        if (self == null) {
            return;
        }
        long ram = 0;
        long caps = 0;
        Optional<Part> ramBreaks = Optional.empty();
        Optional<Part> capsBreak = Optional.empty();
        for (Part part : host.parts.values()) {
            ram += Math.min(part.spec.ram().bytes(), Long.MAX_VALUE - ram);
            caps += Math.min(part.spec.caps().count(), Long.MAX_VALUE - caps);
            ramBreaks = ramBreaks.isEmpty() && ram > self.spec.ram().bytes() ? Optional.of(part) : ramBreaks;
            capsBreak = capsBreak.isEmpty() && caps > self.spec.caps().count() ? Optional.of(part) : capsBreak;
        }
        String allRam = new RamQuota(ram) + " of RAM";
        String allCaps = caps + " capabilities";
        ramBreaks.ifPresent(part -> overcommitted(self, part, allRam, self.spec.ram() + ""));
        capsBreak.ifPresent(part -> overcommitted(self, part, allCaps, self.spec.caps() + ""));
    }

    private void overcommitted(Part self, Part first, String all, String available) {
        findings.add(new Finding(
                Finding.Kind.QUOTA,
                place(first.spec.position()),
                "children of ‘" + self.path + "’ are promised " + all + ", and it has " + available + "; ‘"
                        + first.name() + "’ is the first for whom not enough is left",
                List.of(self.path, first.path)));
    }

    private void unused(Part part) {
        if (!part.canStart() || part.host.holdsUnknown) {
            return;
        }
        for (String service : part.spec.provides()) {
            if (!used.get(part.number).contains(service)) {
                findings.add(new Finding(
                        Finding.Kind.UNUSED,
                        place(part.spec.position()),
                        "child ‘" + part.path + "’ is to provide " + service + ", and nobody uses it",
                        List.of(part.path)));
            }
        }
    }
}
