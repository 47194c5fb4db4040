package org.espalier.check;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.config.Schema;

/** Systems of tests: programs by their manifests, and a configuration written as lines, so that a position is easy to count. */
final class Systems implements Modules {
    static final Set<String> CORE = Set.of("PD", "CPU", "LOG", "ROM", "RM");
    static final String PARENT = "<parent-provides> <service name=\"PD\"/> <service name=\"CPU\"/>"
            + " <service name=\"LOG\"/> <service name=\"ROM\"/> <service name=\"NIC\"/> </parent-provides>";

    private final Map<String, Program> programs = new HashMap<>();
    private final Map<String, Node> configs = new HashMap<>();

    Systems() {
        with("init", "<hosts/>");
    }

    /** Adds a program with that manifest, of which the outer element is left out. */
    Systems with(String name, String... manifest) {
        byte[] text = ("<manifest>" + String.join("\n", manifest) + "</manifest>").getBytes(StandardCharsets.UTF_8);
        programs.put(
                name,
                switch (Manifest.read("manifest of " + name, text)) {
                    case Manifest.Reading.Read(Manifest read) -> new Program.Known(read, Optional.empty());
                    case Manifest.Reading.Unreadable(List<String> mistakes) ->
                        throw new AssertionError(mistakes.toString());
                });
        return this;
    }

    /** Gives a program that was added a schema, of which the outer element is left out. */
    Systems schema(String name, String... schema) {
        byte[] text = ("<schema>" + String.join("\n", schema) + "</schema>").getBytes(StandardCharsets.UTF_8);
        if (programs.get(name) instanceof Program.Known(Manifest manifest, Optional<Schema> none)
                && Schema.read("schema of " + name, text) instanceof Schema.Reading.Read(Schema read)) {
            programs.put(name, new Program.Known(manifest, Optional.of(read)));
            return this;
        }
        throw new AssertionError(name + " has no manifest, or this is no schema");
    }

    /** Adds a program that says nothing of itself. */
    Systems foreign(String name) {
        programs.put(name, new Program.Unknown("is a native program"));
        return this;
    }

    Systems data(String name, String text) {
        configs.put(name, parse(name, text));
        return this;
    }

    static Node parse(String file, String text) {
        return switch (ConfigReader.read(file, text)) {
            case ReadResult.Parsed(Node root) -> root;
            case ReadResult.Malformed malformed -> throw new AssertionError("cannot be read: " + malformed);
        };
    }

    /** Checks a system; the lines are what is inside of init's configuration, the first of them line 2. */
    Check check(String... lines) {
        return check(parse("init", "<config>" + PARENT + "\n" + String.join("\n", lines) + "</config>"));
    }

    Check check(Node config) {
        return Check.of(new SystemPlan(config, new RamQuota(1L << 30), new CapQuota(1_000_000), CORE), this);
    }

    List<String> findings(String... lines) {
        return check(lines).findings().stream()
                .map(finding -> finding.kind().id() + " " + finding)
                .toList();
    }

    @Override
    public boolean exists(String name) {
        return programs.containsKey(name) || configs.containsKey(name);
    }

    @Override
    public Program program(String name) {
        return programs.getOrDefault(name, new Program.Absent());
    }

    @Override
    public Optional<Node> config(String name) {
        return Optional.ofNullable(configs.get(name));
    }
}
