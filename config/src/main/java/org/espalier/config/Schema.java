package org.espalier.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What may stand in the configuration of a component, and how a component tells of mistakes in it. A mistake is never fatal:
 * it is told, in one line that begins with its position, and what it concerns is left out; so whoever reads a configuration
 * that was checked finds in it only what has a meaning. Whoever hears of a mistake usually logs it as a warning.
 *
 * <p>A component keeps its schema in its JAR as {@value #ENTRY}, where those can read it as well who look at a configuration
 * before the component runs. docs/schema.md describes the language. Immutable.
 */
public final class Schema {
    /** Where a JAR keeps the schema of its component. */
    public static final String ENTRY = "META-INF/espalier/schema.xml";

    /** The same as a resource of one of the component's classes. */
    public static final String RESOURCE = "/" + ENTRY;

    private static final String TOP = "config";

    private final Content content;
    private final Map<String, Content> kinds;

    Schema(Content content, Map<String, Content> kinds) {
        this.content = content;
        this.kinds = Map.copyOf(kinds);
    }

    /** What came of reading a schema. */
    public sealed interface Reading {
        /** It is as it should be. */
        record Read(Schema schema) implements Reading {}

        /** It cannot be trusted; one line for each mistake, with its position. */
        record Unreadable(List<String> mistakes) implements Reading {}
    }

    /**
     * The schema that is {@code resource}, which is read and closed: {@code Schema.of(Own.class.getResourceAsStream(Schema.RESOURCE))} in
     * a component. To find it is the caller's business, for nobody can be allowed to find resources by any class. Lack of it, and
     * mistakes in it, are misuse.
     */
    public static Schema of(@Nullable InputStream resource) {
        return switch (read("schema.xml", bytes(resource))) {
            case Reading.Read(Schema schema) -> schema;
            case Reading.Unreadable(List<String> mistakes) ->
                throw new IllegalStateException("The schema cannot be used: " + String.join("; ", mistakes));
        };
    }

    static byte[] bytes(@Nullable InputStream resource) {
        if (resource == null) {
            throw new IllegalStateException("The schema is missing from the JAR; a component's is " + ENTRY + ".");
        }
        try (resource) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a schema. {@code file} is the name that positions carry. */
    public static Reading read(String file, byte[] bytes) {
        return switch (ConfigReader.read(file, bytes)) {
            case ReadResult.Malformed malformed -> new Reading.Unreadable(List.of(malformed.toString()));
            case ReadResult.Parsed(Node root) -> {
                List<String> mistakes = new ArrayList<>();
                Schema schema = SchemaReader.read(root, placed(mistakes::add));
                yield mistakes.isEmpty() ? new Reading.Read(schema) : new Reading.Unreadable(List.copyOf(mistakes));
            }
        };
    }

    /**
     * Reads the text of a component's ROM module {@code config} and tells of every mistake in it; these are left out of the
     * result. Empty when the text is no configuration; a component then goes on with the one that it has.
     */
    public Optional<Node> read(String text, Consumer<String> notices) {
        return switch (ConfigReader.read(SourceNote.fileOf(text, TOP), text)) {
            case ReadResult.Parsed(Node root) -> {
                if (!root.name().equals(TOP)) {
                    notices.accept(
                            root.position() + ": the top node is <" + root.name() + ">; it is read as <" + TOP + ">");
                }
                yield Optional.of(check(root, placed(notices)));
            }
            case ReadResult.Malformed malformed -> {
                notices.accept(malformed + "; this configuration changes nothing");
                yield Optional.empty();
            }
        };
    }

    /**
     * Tells of every mistake in {@code config} and in all that is below it, node by node in the order of the text, each with its
     * position and in one line without it.
     *
     * @return what is left of {@code config} without the mistakes, every node where it was; {@code config} itself if there are
     *     none. What the top node lacks is told, and the top node stays
     */
    public Node check(Node config, BiConsumer<Position, String> mistakes) {
        return content.check(config, kinds, mistakes).node();
    }

    private static BiConsumer<Position, String> placed(Consumer<String> notices) {
        return (position, text) -> notices.accept(position + ": " + text);
    }
}
