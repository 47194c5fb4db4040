package org.espalier.check;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.config.Schema;
import org.jspecify.annotations.Nullable;

/** Modules from files, each of which is read once, however many children run it. */
final class FileModules implements Modules {
    private static final Set<String> ENTRIES = Set.of(Manifest.ENTRY, Schema.ENTRY);

    /** More than any manifest or schema that a person would write; a JAR may be of anybody. */
    private static final int LARGEST = 1 << 20;

    private final Function<String, Optional<byte[]>> source;
    private final Set<String> outside;
    private final Map<String, Program> programs = new HashMap<>();
    private final Map<String, Optional<Node>> configs = new HashMap<>();
    private final Map<String, Boolean> existing = new HashMap<>();

    FileModules(Function<String, Optional<byte[]>> source, Set<String> outside) {
        this.source = source;
        this.outside = Set.copyOf(outside);
    }

    @Override
    public boolean exists(String name) {
        return existing.computeIfAbsent(
                name, module -> outside.contains(module) || source.apply(module).isPresent());
    }

    @Override
    public Program program(String name) {
        return programs.computeIfAbsent(
                name,
                module -> source.apply(module)
                        .map(bytes -> read(module, bytes))
                        .orElseGet(() -> outside.contains(module)
                                ? new Program.Unknown("does not come with the scenario")
                                : new Program.Absent()));
    }

    @Override
    public Optional<Node> config(String name) {
        return configs.computeIfAbsent(
                name,
                module -> source.apply(module)
                        .flatMap(bytes -> ConfigReader.read(module, bytes) instanceof ReadResult.Parsed(Node root)
                                ? Optional.of(root)
                                : Optional.empty()));
    }

    private static Program read(String module, byte[] bytes) {
        if (NativeNotes.isNative(bytes)) {
            return component(module, NativeNotes.read(bytes));
        }
        try (ZipInputStream jar = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            boolean isJar = false;
            Map<String, byte[]> found = new HashMap<>();
            for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
                isJar = true;
                if (ENTRIES.contains(entry.getName())) {
                    found.put(entry.getName(), jar.readNBytes(LARGEST));
                }
            }
            return isJar ? component(module, found) : new Program.Unknown("is no component");
        } catch (IOException e) {
            return new Program.Unknown("is damaged: " + e.getMessage());
        }
    }

    private static Program component(String module, Map<String, byte[]> entries) {
        byte[] manifest = entries.get(Manifest.ENTRY);
        if (manifest == null) {
            return new Program.Unknown("has no manifest");
        }
        return switch (Manifest.read("manifest of " + module, manifest)) {
            case Manifest.Reading.Read(Manifest read) -> withSchema(module, read, entries.get(Schema.ENTRY));
            case Manifest.Reading.Unreadable(var mistakes) ->
                new Program.Unknown("has a manifest that cannot be read: " + mistakes.getFirst());
        };
    }

    private static Program withSchema(String module, Manifest manifest, byte @Nullable [] schema) {
        if (schema == null) {
            return new Program.Known(manifest, Optional.empty());
        }
        return switch (Schema.read("schema of " + module, schema)) {
            case Schema.Reading.Read(Schema read) -> new Program.Known(manifest, Optional.of(read));
            case Schema.Reading.Unreadable(var mistakes) ->
                new Program.Unknown("has a schema that cannot be read: " + mistakes.getFirst());
        };
    }
}
