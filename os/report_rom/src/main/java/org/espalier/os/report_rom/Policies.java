package org.espalier.os.report_rom;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.espalier.base.Label;
import org.espalier.config.Node;
import org.espalier.config.Schema;
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
    private static final Schema SCHEMA = Schema.of(Policies.class.getResourceAsStream(Schema.RESOURCE));

    private final Node config;
    private final boolean verbose;
    private final Set<String> reports = new HashSet<>();

    private Policies(Node config) {
        this.config = config;
        this.verbose = config.bool("verbose", false);
        for (Node node : config.children()) {
            node.attribute(REPORT).ifPresent(report -> reports.add(report.value()));
        }
    }

    /** Nobody reads anything. */
    static Policies none() {
        return new Policies(Node.named("config").build());
    }

    /** Reads a configuration, telling of mistakes; empty if the text is none. */
    static Optional<Policies> read(String text, Consumer<String> notices) {
        return SCHEMA.read(text, notices).map(Policies::new);
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
