package org.espalier.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.espalier.base.Label;
import org.espalier.base.RomRpc;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.espalier.config.Schema;
import org.espalier.sandbox.ChildSpec;
import org.espalier.sandbox.InitConfig;

/** All components that a system has at its start, parents before their children. Belongs to one check. */
final class Tree {
    /** Levels; a label has no room for more. */
    private static final int DEEPEST = Label.MAX_LENGTH / 5;

    final List<Part> parts = new ArrayList<>();
    final List<Host> hosts = new ArrayList<>();
    /** Mistakes in configurations. */
    final List<Finding> findings = new ArrayList<>();

    private final Modules modules;
    private final Resolver resolver;
    private final Queue<Part> fresh = new ArrayDeque<>();

    Tree(SystemPlan plan, Modules modules, Resolver resolver) {
        this.modules = modules;
        this.resolver = resolver;
        Host core = new Host(null, plan.services(), plan.services(), List.of());
        hosts.add(core);
        ChildSpec init = ChildSpec.of("init", "init", plan.ram(), plan.caps()).configured(plan.config());
        add(core, init);
        while (!fresh.isEmpty()) {
            describe(fresh.remove());
        }
    }

    private void add(Host host, ChildSpec spec) {
        Part part = new Part(parts.size(), host, spec);
        parts.add(part);
        host.add(part);
        fresh.add(part);
    }

    /** Finds out what the part is; all its siblings are in the tree, and all siblings of its parents. */
    private void describe(Part part) {
        Trace binary = resolver.follow(part, RomRpc.TYPE.name(), part.spec.binary(), true);
        if (binary.end() instanceof Trace.End.AtHost(Host host, String label) && host.self == null) {
            part.program = modules.program(new Label(label).last());
        }
        part.config = part.spec.config().or(() -> routedConfig(part));
        if (part.program instanceof Program.Known(Manifest manifest, Optional<Schema> schema)) {
            // What a component leaves out of its configuration makes it ask for nothing either.
            part.config = part.config.map(config ->
                    schema.map(rules -> rules.check(config, mistakesOf(part))).orElse(config));
            part.declared = manifest.of(part.config);
            part.declared.hosts().ifPresent(hosting -> host(part, hosting));
        }
        if (!part.isKnown() || !part.declared.isCertain() || holdsUnknownChildren(part)) {
            for (Host host = part.host; host != null; host = host.self == null ? null : host.self.host) {
                host.holdsUnknown = true;
            }
        }
    }

    private BiConsumer<Position, String> mistakesOf(Part part) {
        return (position, text) ->
                findings.add(new Finding(Finding.Kind.CONFIGURATION, position, text, List.of(part.path)));
    }

    private static boolean holdsUnknownChildren(Part part) {
        return part.declared.hosts().isPresent() && part.inner == null;
    }

    /** The configuration of a part whose parent does not hold it, if it is a module of core's. */
    private Optional<Node> routedConfig(Part part) {
        return resolver.follow(part, RomRpc.TYPE.name(), "config", false).end()
                                instanceof Trace.End.AtHost(Host host, String label)
                        && host.self == null
                ? modules.config(new Label(label).last())
                : Optional.empty();
    }

    private void host(Part part, Hosting hosting) {
        if (hosting.config().isEmpty() || depth(part) >= DEEPEST) {
            return;
        }
        InitConfig config = InitConfig.of(hosting.config().get());
        config.notices().stream()
                .filter(InitConfig.Notice::hasPosition)
                .forEach(notice -> mistakesOf(part).accept(notice.position(), notice.message()));
        Host inner = new Host(part, config.parentProvides(), hosting.offers(), config.services());
        part.inner = inner;
        hosts.add(inner);
        config.children().forEach(spec -> add(inner, spec));
    }

    private static int depth(Part part) {
        int depth = 0;
        for (Part above = part.host.self; above != null; above = above.host.self) {
            depth++;
        }
        return depth;
    }
}
