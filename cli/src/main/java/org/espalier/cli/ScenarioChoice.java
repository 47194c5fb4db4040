package org.espalier.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.core.RomSource;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which scenario a command speaks of, and with which ROM modules. */
final class ScenarioChoice {
    @Parameters(paramLabel = "SCENARIO", description = "A scenario's folder, or a bare configuration of init.")
    private Path path = Path.of(".");

    @Option(
            names = "--rom",
            paramLabel = "NAME=FILE",
            description = "A file as the ROM module of that name, in place of one that there may be; may be repeated.")
    private Map<String, Path> modules = new LinkedHashMap<>();

    @Option(
            names = "--native",
            description =
                    "Where a component is installed as JAR and as ELF, take the ELF, unless it is named with its extension.")
    private boolean elf;

    /** For picocli. */
    ScenarioChoice() {}

    /** The scenario; a {@link Refusal} says why it cannot be read. */
    Scenario read() {
        return Scenario.read(path);
    }

    /** Its ROM modules: those of the command line before its own, and those before what is installed. */
    RomSource roms(Scenario scenario) {
        return named().or(scenario.roms())
                .or(Installation.components(elf ? Installation.Preference.ELF : Installation.Preference.JAR));
    }

    /** The files that the command line names, which are read before anything starts. */
    private RomSource named() {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        modules.forEach((name, file) -> {
            if (!Files.isRegularFile(file)) {
                throw new Refusal(ExitCode.INPUT, "The file of ROM module ‘" + name + "’ does not exist: " + file);
            }
            contents.put(name, Installation.read(file));
        });
        return name -> Optional.ofNullable(contents.get(name));
    }
}
