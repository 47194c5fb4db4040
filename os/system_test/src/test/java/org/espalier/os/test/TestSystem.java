package org.espalier.os.test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.espalier.base.Component;
import org.espalier.base.Quotas;
import org.espalier.core.EspalierSystem;
import org.espalier.core.SystemState;

/** A system whose ROM modules are the components of the build and, by their simple names, those of this module. */
final class TestSystem implements AutoCloseable {
    private static final String HOSTILE = "org.espalier.os.test.hostile.";
    private static final String PARENTS = "org.espalier.os.test.parent.";
    private static final String HEAD = """
            <config>
              <parent-provides>
                <service name="ROM"/> <service name="LOG"/> <service name="PD"/> <service name="CPU"/>
                <service name="Alarm"/>
              </parent-provides>
              <default-route> <any-service> <parent/> </any-service> </default-route>
              <default ram="4M" caps="400"/>
            """;
    private static final long PATIENCE_SECONDS = 60;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final EspalierSystem system;

    /** Starts a system with these start nodes. */
    TestSystem(String startNodes) {
        system = EspalierSystem.builder()
                .config("config.xml", config(startNodes))
                .roms(TestSystem::module)
                .log(line -> lines.add(line.toString()))
                .debug(true)
                .start()
                .orThrow();
    }

    private static String config(String startNodes) {
        return HEAD + startNodes + "</config>";
    }

    private static Optional<byte[]> module(String name) {
        try {
            Path built = built(name);
            return Optional.of(
                    Files.exists(built)
                            ? Files.readAllBytes(built)
                            : switch (name) {
                                case "AskingParent" -> jar(PARENTS + name, Optional.of(built("init")));
                                default -> jar(HOSTILE + name, Optional.empty());
                            });
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path built(String name) {
        return Path.of(System.getProperty("espalier.dist"), "components", name + ".jar");
    }

    /** A component of this module with all of its package, and all that is in another JAR. */
    private static byte[] jar(String component, Optional<Path> library) throws IOException {
        Path classes = Path.of(URI.create(TestSystem.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        Path type = classes.resolve(component.replace('.', '/') + ".class");
        if (!Files.exists(type)) {
            throw new NoSuchFileException(type.toString());
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue(Component.MANIFEST_ATTRIBUTE, component);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
                DirectoryStream<Path> files = Files.newDirectoryStream(type.resolveSibling(""), "*.class")) {
            for (Path file : files) {
                jar.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                jar.write(Files.readAllBytes(file));
                jar.closeEntry();
            }
            if (library.isPresent()) {
                addClasses(jar, library.get());
            }
        }
        return bytes.toByteArray();
    }

    private static void addClasses(JarOutputStream jar, Path library) throws IOException {
        try (JarFile from = new JarFile(library.toFile())) {
            for (JarEntry entry : Collections.list(from.entries())) {
                if (entry.getName().endsWith(".class")) {
                    jar.putNextEntry(new ZipEntry(entry.getName()));
                    from.getInputStream(entry).transferTo(jar);
                    jar.closeEntry();
                }
            }
        }
    }

    void reconfigure(String startNodes) {
        system.reconfigure("config.xml", config(startNodes)).ifPresent(reason -> {
            throw new AssertionError(reason);
        });
    }

    List<String> lines() {
        return lines;
    }

    /** Waits until the log has shown {@code line}. */
    void awaitLine(String line) {
        await("the line " + line, () -> lines.contains(line));
    }

    /** Waits until the log has shown {@code line} at least {@code count} times. */
    void awaitLine(String line, int count) {
        await(count + " times the line " + line, () -> count(line) >= count);
    }

    /** How often the log has shown {@code line}. */
    int count(String line) {
        return (int) lines.stream().filter(line::equals).count();
    }

    void awaitPresent(String label) {
        await("the component " + label, () -> quotas(label).isPresent());
    }

    /** Waits for the end of a component. Without that, init may see the next configuration only and keep the component. */
    void awaitGone(String label) {
        await("the end of " + label, () -> quotas(label).isEmpty());
    }

    void awaitQuotas(String label, Quotas quotas) {
        try {
            await(
                    label + " to own and use " + quotas,
                    () -> quotas(label).filter(quotas::equals).isPresent());
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nbut it has " + quotas(label), e);
        }
    }

    /** What a component owns and uses when nothing happens any more. */
    Quotas settledQuotas(String label) {
        awaitPresent(label);
        Optional<Quotas> before = Optional.empty();
        int same = 0;
        while (same < 50) {
            pause();
            Optional<Quotas> now = quotas(label);
            same = now.isPresent() && now.equals(before) ? same + 1 : 0;
            before = now;
        }
        return before.orElseThrow();
    }

    private Optional<Quotas> quotas(String label) {
        return system.state().domains().stream()
                .filter(domain -> domain.label().text().equals(label))
                .map(SystemState.Domain::quotas)
                .findFirst();
    }

    private void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited for " + what + "; the log is\n" + String.join("\n", lines));
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            throw new AssertionError("Nobody interrupts a test.", e);
        }
    }

    @Override
    public void close() {
        long ram = system.ramOwned();
        long caps = system.capsOwned();
        system.close();
        if (ram != system.ramOwned() || caps != system.capsOwned()) {
            throw new AssertionError("Quota was not conserved.");
        }
    }
}
