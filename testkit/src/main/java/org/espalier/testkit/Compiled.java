package org.espalier.testkit;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.spi.ToolProvider;

/** What the compiler of the JDK makes of a few lines. Stateless, thread-safe. */
public final class Compiled {
    private Compiled() {}

    /** The classes of one source file {@code Guest.java} without a package, by internal name. */
    public static Map<String, byte[]> classes(String source) {
        return all(List.of(source)).getFirst();
    }

    /** The classes of each of several such files; all are compiled at once, which takes about as long as one. */
    public static List<Map<String, byte[]>> all(List<String> sources) {
        try {
            Path folder = Files.createTempDirectory("espalier-compiled");
            try {
                return compile(folder, sources);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Map<String, byte[]>> compile(Path folder, List<String> sources) throws IOException {
        String path = System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", "");
        List<Map<String, byte[]>> all = new ArrayList<>();
        List<String> batch = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            // A package for each, taken off again below, so that the same names may be used in all.
            Path file = Files.createDirectories(folder.resolve("source/s" + i)).resolve("Guest.java");
            Files.writeString(file, "package s" + i + "; " + sources.get(i));
            batch.add(file.toString());
        }
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages, true);
        List<String> arguments = new ArrayList<>(List.of(
                "-g", "-proc:none", "-nowarn", "-d", folder.resolve("classes").toString(), "-cp", path));
        arguments.addAll(batch);
        int status = ToolProvider.findFirst("javac").orElseThrow().run(out, out, arguments.toArray(String[]::new));
        if (status != 0) {
            throw new IllegalArgumentException("The source of a test does not compile: " + messages);
        }
        for (int i = 0; i < sources.size(); i++) {
            all.add(read(folder.resolve("classes"), "s" + i));
        }
        return all;
    }

    private static Map<String, byte[]> read(Path classes, String folder) throws IOException {
        Map<String, byte[]> found = new TreeMap<>();
        try (var files = Files.list(classes.resolve(folder))) {
            for (Path file : files.toList()) {
                String name = folder + "/" + file.getFileName();
                found.put(name.substring(0, name.length() - ".class".length()), Files.readAllBytes(file));
            }
        }
        return found;
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
