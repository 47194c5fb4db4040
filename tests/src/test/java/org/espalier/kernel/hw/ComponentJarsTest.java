package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/**
 * Every class that the code of an installed component names is in its JAR, base's or an admitted one, so that none fails late because
 * the loader refuses a class on a path that no test takes. Of the libraries in a JAR only a part may ever run, so they are left out. In the package of the list, which is nobody else's business.
 */
final class ComponentJarsTest {
    private static final Path COMPONENTS = Path.of(System.getProperty("espalier.dist"), "components");

    private static final String BASE = "org.espalier.base.";

    @Test
    void installedComponentsNameAdmittedClassesOnly() throws IOException {
        AdmittedClasses admitted = AdmittedClasses.load();
        Set<String> wrong = new TreeSet<>();
        int jars = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(COMPONENTS, "*.jar")) {
            for (Path file : files) {
                jars++;
                check(file, admitted, wrong);
            }
        }
        assertThat(jars).isGreaterThan(10);
        assertThat(wrong).isEmpty();
    }

    private static void check(Path file, AdmittedClasses admitted, Set<String> wrong) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            Set<String> own = new HashSet<>();
            Set<String> used = new HashSet<>();
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                if (!entry.getName().endsWith(".class") || entry.getName().endsWith("-info.class")) {
                    continue;
                }
                String name = entry.getName().substring(0, entry.getName().length() - ".class".length());
                own.add(name.replace('/', '.'));
                if (!name.startsWith("org/espalier/")) {
                    continue;
                }
                byte[] bytes = jar.getInputStream(entry).readAllBytes();
                for (PoolEntry constant : ClassFile.of().parse(bytes).constantPool()) {
                    if (constant instanceof ClassEntry type && !type.asSymbol().isArray()) {
                        used.add(type.asInternalName().replace('/', '.'));
                    }
                }
            }
            assertThat(used).as("classes that " + file.getFileName() + " names").isNotEmpty();
            used.removeAll(own);
            used.stream()
                    .filter(name -> !name.startsWith(BASE) || name.indexOf('.', BASE.length()) >= 0)
                    .filter(name -> !admitted.admits(name))
                    .forEach(name -> wrong.add(file.getFileName() + " names " + name));
        }
    }
}
