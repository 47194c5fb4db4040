package org.espalier.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code new component}: writes a Maven project that builds against this installation, with a scenario of its own. */
@Command(
        name = "component",
        mixinStandardHelpOptions = true,
        description = "Makes a Maven project of a component, with a scenario of its own.")
final class NewComponentCommand implements Runnable {
    private static final Map<String, String> FILES = files();

    @Parameters(paramLabel = "NAME", description = "The component's name: a letter, then letters, digits, - and _.")
    private String name = "";

    @Option(
            names = "--package",
            paramLabel = "PACKAGE",
            defaultValue = "org.example",
            description = "The Java package (default: org.example).")
    private String javaPackage = "org.example";

    @Option(names = "--in", paramLabel = "FOLDER", defaultValue = ".", description = "Where to put it (default: here).")
    private Path folder = Path.of(".");

    @Spec
    private @Nullable CommandSpec spec;

    /** For picocli. */
    NewComponentCommand() {}

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("pom.xml", "pom.xml");
        files.put("README.md", "README.md");
        files.put("gitignore", ".gitignore");
        files.put("config.xml", "scenario/config.xml");
        files.put("expected.txt", "scenario/expected.txt");
        files.put("scenario.md", "scenario/README.md");
        files.put("manifest.xml", "src/main/resources/META-INF/espalier/manifest.xml");
        files.put("schema.xml", "src/main/resources/META-INF/espalier/schema.xml");
        files.put("Component.java", "src/main/java/@path@/@class@.java");
        return files;
    }

    @Override
    public void run() {
        if (!name.matches("[A-Za-z][A-Za-z0-9_-]{0,63}")) {
            throw new Refusal(
                    ExitCode.USAGE,
                    "‘" + name + "’ is no component name: a letter, then letters, digits, - and _, at most 64.");
        }
        if (!javaPackage.matches("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*") || javaPackage.startsWith("org.espalier")) {
            throw new Refusal(ExitCode.USAGE, "‘" + javaPackage + "’ is no package for a component of your own.");
        }
        Path project = folder.resolve(name);
        if (Files.exists(project)) {
            throw new Refusal(ExitCode.USAGE, project + " exists already, and nothing was written.");
        }
        Properties values = versions();
        values.setProperty("name", name);
        values.setProperty("package", javaPackage);
        values.setProperty("path", javaPackage.replace('.', '/'));
        values.setProperty("class", className());
        FILES.forEach(
                (template, target) -> write(project.resolve(filled(target, values)), filled(text(template), values)));
        if (spec != null) {
            spec.commandLine().getOut().println("""
                    Made %s. Next:
                      cd %s && mvn package
                      %s run %s""".formatted(
                            project, project, Installation.home().resolve("espalier"), project.resolve("scenario")));
            spec.commandLine().getOut().flush();
        }
    }

    private String className() {
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '-' || c == '_') {
                first = true;
            } else {
                out.append(first ? Character.toUpperCase(c) : c);
                first = false;
            }
        }
        return out.append("Component").toString();
    }

    private static String filled(String text, Properties values) {
        String out = text;
        for (String key : values.stringPropertyNames()) {
            out = out.replace("@" + key + "@", values.getProperty(key));
        }
        return out;
    }

    private static Properties versions() {
        Properties versions = new Properties();
        try (InputStream in = resource("versions.properties")) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }

    private static String text(String template) {
        try (InputStream in = resource("component/" + template)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String path) {
        InputStream in = NewComponentCommand.class.getResourceAsStream(path);
        if (in == null) {
            throw new IllegalStateException("The template " + path + " is missing from the command line's own JAR.");
        }
        return in;
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Refusal(ExitCode.INPUT, file + " cannot be written: " + e.getMessage());
        }
    }
}
