package org.espalier.os.report_rom;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Label;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.View;
import org.espalier.rom.Memory;
import org.espalier.rom.RomService;

/**
 * All reports by name. Confined to the entrypoint.
 *
 * <p>The content of a report outlives its writer if a policy names the report or somebody reads it at that time, and as far as
 * this component's own quota goes. So clients cannot fill that quota with reports that are of interest to nobody.
 */
final class Reports implements RomService.Library {
    /** As much of a report as goes to the log. */
    private static final int MAX_LOGGED = 4096;

    private final Env env;
    private final Budget budget;
    private final Copier copier = new Copier();
    private final Map<String, StoredReport> byName = new HashMap<>();
    private Policies policies = Policies.none();

    Reports(Env env, Budget budget) {
        this.env = env;
        this.budget = budget;
    }

    Env env() {
        return env;
    }

    Copier copier() {
        return copier;
    }

    /** New policies, for sessions and retained reports; open sessions stay. */
    void apply(Policies newPolicies) {
        policies = newPolicies;
        List.copyOf(byName.values()).forEach(this::settle);
    }

    @Override
    public RomService.Lookup find(Label label) {
        Optional<String> name = policies.reportFor(label);
        if (name.isEmpty()) {
            env.log().warning("ROM session ‘" + label + "’ is denied: no policy is for it");
            return new RomService.Lookup.Denied("No policy of report_rom is for the ROM session ‘" + label + "’.");
        }
        StoredReport report = named(name.get());
        return new RomService.Lookup.Found(report.module(), () -> settle(report));
    }

    /** The report of that name. Whoever asks makes use of it or calls {@link #settle}. */
    StoredReport named(String name) {
        return byName.computeIfAbsent(name, newName -> new StoredReport(newName, copier));
    }

    /** The writer has a new content of its report. */
    void submitted(StoredReport report, View content, long length) {
        report.replaced(content, length);
        freeRetained(report);
        if (policies.verbose()) {
            log(report, content, length);
        }
    }

    private void log(StoredReport report, View content, long length) {
        byte[] bytes = new byte[(int) Math.min(length, MAX_LOGGED)];
        content.read(0, bytes);
        env.log().info("report ‘" + report.name() + "’, " + length + " bytes:");
        new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> env.log().info("  " + line));
    }

    /** The writer of {@code report}, whose content is at {@code content}, closes its session. */
    void abandoned(StoredReport report, View content) {
        report.abandoned();
        if (report.content().filter(place -> place == content).isPresent()) {
            freeRetained(report);
            report.moved(retain(report, content));
        }
        settle(report);
    }

    private Optional<View> retain(StoredReport report, View content) {
        if (!report.isRead() && !policies.names(report.name())) {
            return Optional.empty();
        }
        RamQuota size = report.copySize();
        if (!budget.take(size, Memory.CAPS)) {
            env.log()
                    .warning("report ‘" + report.name() + "’ is lost with its writer: keeping it takes " + size
                            + " of RAM and " + Memory.CAPS + " capabilities, and " + budget.ram() + " and "
                            + budget.caps() + " are left for that");
            return Optional.empty();
        }
        return switch (Memory.allocate(env, report.length())) {
            case Result.Ok<Memory>(Memory memory) -> {
                copier.copy(content, memory.view(), report.length());
                report.retained(Optional.of(memory));
                yield Optional.of(memory.view());
            }
            case Result.Failed<Memory>(Failure failure) -> {
                budget.giveBack(size, Memory.CAPS);
                env.log().warning("report ‘" + report.name() + "’ is lost with its writer: " + failure);
                yield Optional.empty();
            }
        };
    }

    /** Frees retained memory; where the chain of calls is too long for that it stays until the writer closes its session. */
    private void freeRetained(StoredReport report) {
        report.retained().filter(memory -> memory.free().isOk()).ifPresent(memory -> {
            report.retained(Optional.empty());
            budget.giveBack(new RamQuota(memory.view().size()), Memory.CAPS);
        });
    }

    /** Forgets what nobody has an interest in any more. */
    void settle(StoredReport report) {
        if (report.writer().isEmpty() && !report.isRead() && !policies.names(report.name())) {
            freeRetained(report);
        }
        if (report.isForgotten()) {
            byName.remove(report.name());
        }
    }
}
