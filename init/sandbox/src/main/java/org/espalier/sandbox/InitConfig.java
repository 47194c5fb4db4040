package org.espalier.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;
import org.espalier.config.Node;
import org.espalier.config.Position;

/**
 * What the configuration of an init says: the static part of Genode's language (repos/os/src/init/init.hsd), read into what
 * {@link Sandbox#apply} takes. Immutable.
 *
 * <p>Reading never fails. A mistake in a {@code <start>} node costs this child and no other; whatever has no meaning, or
 * none here, is left out. A notice tells of each.
 *
 * @param version what the state report names as its version; empty for none
 * @param parentProvides services of the parent that routes may lead to, in the order in which they are written
 * @param children those that can be started, in the order in which they are written; their names differ
 * @param services what init offers its own parent and has its children serve; their names differ
 * @param heartbeat how often children that have a heartbeat are asked for a sign of life; empty for never
 * @param report what to report of the state, if anything
 * @param preservedRam RAM that init keeps for itself; beside what it works with
 * @param preservedCaps capabilities that it keeps beside what it works with
 * @param notices what whoever wrote the configuration should hear about, from top to bottom
 */
public record InitConfig(
        String version,
        Set<String> parentProvides,
        List<ChildSpec> children,
        List<ForwardedService> services,
        Optional<Duration> heartbeat,
        Optional<Report> report,
        RamQuota preservedRam,
        CapQuota preservedCaps,
        List<Notice> notices) {
    private static final long MAX_RATE_MS = 24 * 60 * 60 * 1000;

    public InitConfig {
        // Not Set.copyOf, which has another order in every run.
        parentProvides = Collections.unmodifiableSet(new LinkedHashSet<>(parentProvides));
        children = List.copyOf(children);
        services = List.copyOf(services);
        notices = List.copyOf(notices);
    }

    /**
     * A warning about the configuration.
     *
     * @param position of what it speaks of; {@link Position#GENERATED} if another one says that
     * @param message one line without the position
     */
    public record Notice(Position position, String message) {
        /** Whether it speaks of a place. */
        public boolean hasPosition() {
            return !position.equals(Position.GENERATED);
        }

        /** The position, if there is one, and the message on one line. */
        @Override
        public String toString() {
            return hasPosition() ? position + ": " + message : message;
        }
    }

    /**
     * The state report.
     *
     * @param detail what it tells
     * @param delay how long changes are collected; zero for not at all
     * @param buffer the size of the largest report
     */
    public record Report(StateDetail detail, Duration delay, RamQuota buffer) {
        private static final long MOST_DELAY_MS = 60 * 60 * 1000;
        private static final long LEAST_BUFFER = RamQuota.PAGE;
        private static final long MOST_BUFFER = 1L << 30;

        private static Report of(Node report, Notices notices) {
            long buffer = notices.size(report, "buffer", LEAST_BUFFER);
            return new Report(
                    new StateDetail(
                            notices.bool(report, "ids"),
                            notices.bool(report, "requested"),
                            notices.bool(report, "provided"),
                            notices.bool(report, "session_args"),
                            notices.bool(report, "child_ram"),
                            notices.bool(report, "child_caps"),
                            notices.bool(report, "init_ram"),
                            notices.bool(report, "init_caps")),
                    Duration.ofMillis(notices.number(report, "delay_ms", 0, MOST_DELAY_MS, 0)),
                    new RamQuota(Math.clamp(buffer, LEAST_BUFFER, MOST_BUFFER)));
        }
    }

    /** Reads {@code config}, whatever it holds. */
    public static InitConfig of(Node config) {
        Notices notices = new Notices();
        if (!config.name().equals("config")) {
            notices.add(config.position(), "the top node is <" + config.name() + ">; it is read as <config>");
        }
        InitLanguage.CONFIG.check(config, notices);
        Set<String> parentProvides =
                config.child("parent-provides").map(notices::services).orElse(Set.of());
        List<ChildSpec> children = children(config, notices);
        Optional<Duration> heartbeat = config.child("heartbeat").flatMap(node -> rate(node, notices));
        Optional<Report> report = config.child("report").map(node -> Report.of(node, notices));
        Map<String, Long> preserved = preserved(config, notices);
        return new InitConfig(
                config.string("version", ""),
                parentProvides,
                children,
                services(config, notices),
                heartbeat,
                report,
                new RamQuota(preserved.getOrDefault("RAM", 0L)),
                new CapQuota(preserved.getOrDefault("CAP", 0L)),
                notices.inOrder());
    }

    private static Map<String, Long> preserved(Node config, Notices notices) {
        Map<String, Long> preserved = new HashMap<>();
        for (Node resource : config.children("resource")) {
            notices.name(resource).ifPresent(name -> {
                switch (name) {
                    case "RAM" -> preserved.putIfAbsent(name, notices.size(resource, "preserve", 0));
                    case "CAP" ->
                        preserved.putIfAbsent(name, notices.number(resource, "preserve", 0, Integer.MAX_VALUE, 0));
                    default ->
                        notices.add(
                                resource.position(),
                                "init keeps RAM and CAP for itself, and no " + Notices.quote(name));
                }
            });
        }
        return preserved;
    }

    private static Optional<Duration> rate(Node heartbeat, Notices notices) {
        long rate = notices.number(heartbeat, "rate_ms", 1, MAX_RATE_MS, 0);
        if (rate == 0) {
            notices.add(
                    heartbeat.position(), "a heartbeat has a rate_ms; without one nobody is asked for a sign of life");
        }
        return rate == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(rate));
    }

    private static List<ForwardedService> services(Node config, Notices notices) {
        Map<String, ForwardedService> services = new LinkedHashMap<>();
        for (Node service : config.children("service")) {
            notices.name(service).ifPresent(name -> {
                ForwardedService former = services.putIfAbsent(name, ForwardedService.read(service, name, notices));
                if (former != null) {
                    notices.add(
                            service.position(),
                            "service " + Notices.quote(name) + " is passed on by " + former.position()
                                    + " already; this one is left out");
                }
            });
        }
        return List.copyOf(services.values());
    }

    private static Map<String, String> aliases(Node config, Notices notices) {
        Map<String, String> aliases = new HashMap<>();
        for (Node alias : config.children("alias")) {
            notices.name(alias).ifPresent(name -> {
                String child = alias.string("child", "");
                if (child.isEmpty()) {
                    notices.add(alias.position(), "alias " + Notices.quote(name) + " names no child; it is left out");
                } else if (aliases.putIfAbsent(name, child) != null) {
                    notices.add(alias.position(), "alias " + Notices.quote(name) + " is there already; it is left out");
                }
            });
        }
        return aliases;
    }

    private static List<ChildSpec> children(Node config, Notices notices) {
        RouteReader routes = new RouteReader(notices, aliases(config, notices));
        List<Rule> defaultRoute =
                config.child("default-route").map(routes::read).orElse(List.of());
        StartReader reader = new StartReader(
                new QuotaReader(config, notices), routes, defaultRoute, new PlacementReader(config, notices), notices);
        List<ChildSpec> children = new ArrayList<>();
        for (Node start : config.children("start")) {
            Optional<ChildSpec> child = reader.read(start);
            child.ifPresent(children::add);
        }
        return children;
    }
}
