package org.espalier.base.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * One run of the compiler with the processor, as strict as the build itself. The API is compiled from the sources of base,
 * which cannot be a dependency here, because base is compiled with this processor.
 *
 * @param output folder of the class files and of the generated sources and resources
 * @param diagnostics everything the compiler said
 */
record Compilation(Path output, List<Diagnostic<? extends JavaFileObject>> diagnostics) {
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum) (\\w+)");
    private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
    private static final Path API = Path.of("..", "api", "src", "main", "java", "org", "espalier", "base");
    private static final List<String> CONTRACT =
            List.of("Message", "Capability", "Result", "Failure", "Done", "Rpc", "RpcType", "Dispatcher");

    /** Compiles the API into a folder of {@code folder}. */
    static Compilation ofApi(Path folder) {
        try {
            // A copy without the module descriptor, from which the compiler takes what the listed files name of base.
            Path packages = folder.resolve("api-sources/org/espalier/base");
            Files.createDirectories(packages.resolve("spi"));
            for (String part : List.of("", "spi")) {
                try (Stream<Path> files = Files.list(API.resolve(part))) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        Files.copy(file, packages.resolve(part).resolve(file.getFileName()));
                    }
                }
            }
            List<JavaFileObject> sources = new ArrayList<>();
            for (String name : CONTRACT) {
                sources.add(new Source(Files.readString(packages.resolve(name + ".java"))));
            }
            return run(
                    List.of(),
                    Files.createDirectory(folder.resolve("api")),
                    List.of(),
                    List.of(
                            "-proc:none",
                            "-implicit:class",
                            "-sourcepath",
                            folder.resolve("api-sources").toString()),
                    sources);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles {@code sources} against {@code api} with the processor and every lint that the build has. */
    static Compilation of(Compilation api, Path output, String... sources) {
        return of(new RpcProcessor(), api, output, sources);
    }

    /** The same with another processor. */
    static Compilation of(Processor processor, Compilation api, Path output, String... sources) {
        return run(
                List.of(processor),
                output,
                List.of(api.output()),
                // What the build leaves out: annotations that nobody processes are no concern of generated code.
                List.of("-Xlint:all,-processing", "-Werror", "-sourcepath", output.toString()),
                Stream.of(sources).map(Source::new).toList());
    }

    /** The fixture {@code src/test/resources/fixture/<name>}. */
    static String fixture(String name) {
        try (var in = Objects.requireNonNull(Compilation.class.getResourceAsStream("/fixture/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Compilation run(
            List<Processor> processors,
            Path output,
            List<Path> classPath,
            List<String> options,
            List<? extends JavaFileObject> sources) {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, Locale.ROOT, null)) {
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(output));
            List<Path> path = new ArrayList<>(classPath);
            for (String property : List.of("java.class.path", "jdk.module.path")) {
                Stream.of(System.getProperty(property, "").split(java.io.File.pathSeparator))
                        .filter(each -> each.endsWith(".jar"))
                        .map(Path::of)
                        .forEach(path::add);
            }
            files.setLocationFromPaths(StandardLocation.CLASS_PATH, path);
            JavaCompiler.CompilationTask task =
                    compiler.getTask(new StringWriter(), files, diagnostics, options, null, sources);
            task.setLocale(Locale.ROOT);
            task.setProcessors(processors);
            task.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Compilation(output, diagnostics.getDiagnostics());
    }

    /** Fails unless the compiler had nothing to say. */
    Compilation clean() {
        assertThat(diagnostics).isEmpty();
        return this;
    }

    /** The errors, each as {@code <the source text that it points at>: <message>}. */
    List<String> errors() {
        return diagnostics.stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .map(each -> place(each) + ": " + each.getMessage(Locale.ROOT))
                .toList();
    }

    private static String place(Diagnostic<? extends JavaFileObject> diagnostic) {
        JavaFileObject source = diagnostic.getSource();
        if (source == null) {
            return "nowhere";
        }
        try {
            String rest = source.getCharContent(true).toString().substring((int) diagnostic.getPosition());
            Matcher identifier = Pattern.compile("\\w+").matcher(rest);
            return identifier.find() ? identifier.group() : "end";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of the output. */
    String text(String path) {
        try {
            return Files.readString(output.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loads a class of the output. */
    Class<?> load(Compilation api, String name) {
        try {
            URL[] path = {output.toUri().toURL(), api.output().toUri().toURL()};
            // Left open on purpose: the classes that it defined are used until the test ends.
            @SuppressWarnings("resource")
            URLClassLoader loader = new URLClassLoader(path, Compilation.class.getClassLoader());
            return loader.loadClass(name);
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(name + " was compiled and cannot be loaded.", e);
        }
    }

    /** A source file that was never on disk. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///" + nameIn(text)), Kind.SOURCE);
            this.text = text;
        }

        /** The file that the compiler expects the first top-level type in. */
        private static String nameIn(String text) {
            Matcher inPackage = PACKAGE.matcher(text);
            String code = text.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//.*", "");
            Matcher type = TYPE.matcher(code);
            assertThat(type.find()).as("a type in " + text).isTrue();
            return (inPackage.find() ? inPackage.group(1).replace('.', '/') + "/" : "") + type.group(1) + ".java";
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
