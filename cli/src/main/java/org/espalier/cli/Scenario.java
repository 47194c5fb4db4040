package org.espalier.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;
import org.espalier.config.Attribute;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.config.Value;
import org.espalier.core.RomSource;

/**
 * What to run: a folder with {@code config.xml} or {@code config.hid}, {@code README.md}, {@code expected.txt}, ROM modules and
 * perhaps {@code scenario.xml} or {@code scenario.hid}, or a bare configuration of init.
 *
 * @param name for messages
 * @param configName the configuration's file, for messages
 * @param config its text
 * @param expected what the log is to show, as text
 * @param settings what {@code scenario.xml} or {@code scenario.hid} says
 * @param roms the ROM modules of the scenario's own
 */
public record Scenario(
        String name, String configName, String config, Optional<String> expected, Settings settings, RomSource roms) {
    /**
     * What a scenario asks of the system around it.
     *
     * @param limit how long its expected lines may take
     * @param ram RAM for init, if not the usual amount
     * @param caps capabilities for init, if not the usual number
     * @param requires subjects of the kernel's enforcement table that must be enforced
     * @param modules ROM modules that do not come with the scenario and must be named when it is run
     */
    public record Settings(
            Duration limit,
            Optional<RamQuota> ram,
            Optional<CapQuota> caps,
            List<String> requires,
            List<String> modules) {
        static final Settings DEFAULT =
                new Settings(Duration.ofSeconds(30), Optional.empty(), Optional.empty(), List.of(), List.of());
    }

    /** Names under which the scenario's own files would be found. */
    private static final Set<String> OWN_FILES = Set.of(
            "config",
            "config.xml",
            "config.hid",
            "scenario",
            "scenario.xml",
            "scenario.hid",
            "expected",
            "expected.txt",
            "README",
            "README.md");

    /** Reads a scenario; a {@link Refusal} says what is wrong with it. */
    public static Scenario read(Path path) {
        if (Files.isDirectory(path)) {
            Path config = inEitherNotation(path, "config")
                    .orElseThrow(() -> new Refusal(
                            ExitCode.INPUT, path + " is no scenario: it holds no config.xml and no config.hid."));
            Path expected = path.resolve("expected.txt");
            return new Scenario(
                    String.valueOf(path.toAbsolutePath().normalize().getFileName()),
                    config.toString(),
                    text(config),
                    Files.exists(expected) ? Optional.of(text(expected)) : Optional.empty(),
                    inEitherNotation(path, "scenario").map(Scenario::settings).orElse(Settings.DEFAULT),
                    modules(path));
        }
        if (!Files.isRegularFile(path)) {
            throw new Refusal(ExitCode.INPUT, path + " is neither a scenario's folder nor a configuration file.");
        }
        return new Scenario(
                String.valueOf(path.getFileName()),
                path.toString(),
                text(path),
                Optional.empty(),
                Settings.DEFAULT,
                name -> Optional.empty());
    }

    /** The ROM modules of a folder: all but the files that make it a scenario, which are nobody's business inside. */
    private static RomSource modules(Path folder) {
        RomSource files = Installation.folder(folder);
        return name -> OWN_FILES.contains(name) ? Optional.empty() : files.module(name);
    }

    /** A file of {@code folder} that may be there as XML or as HID, but not as both. */
    private static Optional<Path> inEitherNotation(Path folder, String name) {
        Path xml = folder.resolve(name + ".xml");
        Path hid = folder.resolve(name + ".hid");
        if (Files.isRegularFile(xml) && Files.isRegularFile(hid)) {
            throw new Refusal(
                    ExitCode.INPUT,
                    folder + " holds both " + xml.getFileName() + " and " + hid.getFileName()
                            + "; one of them must go.");
        }
        return Optional.of(xml)
                .filter(Files::isRegularFile)
                .or(() -> Optional.of(hid).filter(Files::isRegularFile));
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Refusal(ExitCode.INPUT, file + " cannot be read: " + e.getMessage());
        }
    }

    private static Settings settings(Path file) {
        return switch (ConfigReader.read(file.toString(), text(file))) {
            case ReadResult.Malformed malformed -> throw new Refusal(ExitCode.INPUT, malformed.toString());
            case ReadResult.Parsed parsed -> settings(parsed.root());
        };
    }

    private static Settings settings(Node root) {
        Optional<RamQuota> ram = given(root.size("ram")).map(size -> new RamQuota(size.bytes()));
        Optional<CapQuota> caps = given(root.number("caps")).map(CapQuota::new);
        return new Settings(
                given(root.milliseconds("limit_ms")).orElse(Settings.DEFAULT.limit()),
                ram,
                caps,
                required(root, "enforcement"),
                required(root, "module"));
    }

    private static List<String> required(Node root, String what) {
        return root.children("require").stream()
                .flatMap(node -> node.attribute(what).stream())
                .map(Attribute::value)
                .toList();
    }

    private static <T> Optional<T> given(Value<T> value) {
        return switch (value) {
            case Value.Given<T>(T content) -> Optional.of(content);
            case Value.Absent<T> absent -> Optional.empty();
            case Value.Malformed<T> malformed -> throw new Refusal(ExitCode.INPUT, malformed.toString());
        };
    }
}
