package org.espalier.cli;

import java.util.HashSet;
import org.espalier.check.Check;
import org.espalier.check.Modules;
import org.espalier.check.SystemPlan;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.core.EspalierSystem;
import org.espalier.core.RomSource;

/** Looks at a scenario as {@link ScenarioRun} would run it. Stateless. */
public final class ScenarioCheck {
    private ScenarioCheck() {}

    /** Looks at a scenario whose ROM modules are {@code roms}. A {@link Refusal} says why it cannot be read. */
    public static Check of(Scenario scenario, RomSource roms) {
        Node config = switch (ConfigReader.read(scenario.configName(), scenario.config())) {
            case ReadResult.Parsed(Node root) -> root;
            case ReadResult.Malformed malformed -> throw new Refusal(ExitCode.INPUT, malformed.toString());
        };
        SystemPlan plan = new SystemPlan(
                config,
                scenario.settings().ram().orElse(EspalierSystem.DEFAULT_RAM),
                scenario.settings().caps().orElse(EspalierSystem.DEFAULT_CAPS),
                EspalierSystem.coreServices());
        return Check.of(
                plan, Modules.of(roms::module, new HashSet<>(scenario.settings().modules())));
    }
}
