package org.espalier.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.config.Schema;

/**
 * What a component says of itself in its own JAR: the sessions that it asks for, the services that it announces, and whether it
 * is the parent of others, as far as needed in dependence on its configuration. The sessions of the environment (PD, CPU, LOG and
 * the ROM module of the binary) belong to every component and are not mentioned. docs/check.md describes the language. Immutable.
 *
 * <p>A manifest grants nothing: what a component gets is up to its parents alone.
 */
public final class Manifest {
    /** Where a JAR keeps it. */
    public static final String ENTRY = "META-INF/espalier/manifest.xml";

    private static final Schema SCHEMA =
            Schema.of(Manifest.class.getResourceAsStream("/META-INF/espalier/manifest-schema.xml"));

    private final Node root;

    private Manifest(Node root) {
        this.root = root;
    }

    /** What came of reading a manifest. */
    public sealed interface Reading {
        /** It is as it should be. */
        record Read(Manifest manifest) implements Reading {}

        /** It cannot be trusted; one line for each mistake, with its position. */
        record Unreadable(List<String> mistakes) implements Reading {}
    }

    /** Reads a manifest. {@code file} is the name that positions carry. */
    public static Reading read(String file, byte[] bytes) {
        return switch (ConfigReader.read(file, bytes)) {
            case ReadResult.Malformed malformed -> new Reading.Unreadable(List.of(malformed.toString()));
            case ReadResult.Parsed(Node root) -> {
                List<String> mistakes = new ArrayList<>();
                if (!root.name().equals("manifest")) {
                    mistakes.add(root.position() + ": the top node is <" + root.name() + "> and not <manifest>");
                }
                SCHEMA.check(root, (position, text) -> mistakes.add(position + ": " + text));
                new ManifestReading(root, Optional.of(Node.named("config").build()), mistakes::add).declared();
                yield mistakes.isEmpty()
                        ? new Reading.Read(new Manifest(root))
                        : new Reading.Unreadable(List.copyOf(mistakes));
            }
        };
    }

    /** What it says of the component with that configuration; with an empty one, of any. */
    Declared of(Optional<Node> config) {
        return new ManifestReading(root, config, mistake -> {}).declared();
    }
}
