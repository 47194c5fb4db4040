package org.espalier.os.report_rom;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.espalier.base.Label;
import org.espalier.config.ConfigChecks;
import org.espalier.config.Node;
import org.espalier.config.SessionPolicy;

/**
 * What the configuration says: who reads which report. Immutable.
 *
 * <pre>{@code
 * <config verbose="yes">
 *   <policy label="viewer -> state" report="sensor -> state"/>
 * </config>
 * }</pre>
 */
final class Policies {
    private static final String REPORT = "report";
    private static final String VERBOSE = "verbose";
    private static final ConfigChecks CHECKS = ConfigChecks.attributes(VERBOSE).policies(REPORT);

    private final Node config;
    private final boolean verbose;
    private final Set<String> reports = new HashSet<>();

    private Policies(Node config, boolean verbose, Consumer<String> notices) {
        this.config = config;
        this.verbose = verbose;
        for (Node node : config.children()) {
            if (node.name().equals("policy") || node.name().equals("default-policy")) {
                node.attribute(REPORT)
                        .ifPresentOrElse(
                                report -> reports.add(report.value()),
                                () -> notices.accept(node.position() + ": <" + node.name() + "> has no attribute ‘"
                                        + REPORT + "’, and so denies"));
            }
        }
    }

    /** Nobody reads anything. */
    static Policies none() {
        return new Policies(Node.named("config").build(), false, notice -> {});
    }

    /** Reads a configuration, telling of mistakes; empty if the text is none. */
    static Optional<Policies> read(String text, Consumer<String> notices) {
        return CHECKS.read(text, notices).map(config -> {
            SessionPolicy.check(config, (position, notice) -> notices.accept(position + ": " + notice));
            return new Policies(config, ConfigChecks.optional(config.bool(VERBOSE), false, notices), notices);
        });
    }

    /** Whether each report goes to the log. */
    boolean verbose() {
        return verbose;
    }

    /** The report for a ROM session of that label. */
    Optional<String> reportFor(Label label) {
        return SessionPolicy.select(config, label.text())
                .map(policy -> policy.string(REPORT, ""))
                .filter(report -> !report.isEmpty());
    }

    /** Whether some policy speaks of that report. */
    boolean names(String report) {
        return reports.contains(report);
    }
}
