package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The class loader of a component admits only some packages of the JDK, and this module goes into components. */
final class AdmittedPackagesTest {

    private static final Set<String> ADMITTED = Set.of(
            "org.espalier.config",
            "java.lang",
            "java.util",
            "java.util.function",
            "java.util.stream",
            "java.util.regex",
            "java.nio",
            "java.nio.charset",
            "java.math",
            "java.time",
            "java.text",
            // What the compiler makes of lambdas, records, switches and concatenations.
            "java.lang.invoke",
            "java.lang.runtime");

    private static final Set<String> REFUSED = Set.of(
            "java.lang.System",
            "java.lang.Thread",
            "java.lang.Runtime",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.Class",
            "java.lang.ClassLoader",
            "java.lang.Module",
            "java.lang.ModuleLayer");

    @Test
    void onlyAdmittedPackagesAreUsed() throws IOException, URISyntaxException {
        Path classes = Path.of(
                Node.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Set<String> wrong = new TreeSet<>();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(classes)) {
            files = walk.filter(file -> file.toString().endsWith(".class")
                            && !file.endsWith("module-info.class")
                            && !file.endsWith("package-info.class"))
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(10);
        for (Path file : files) {
            for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
                if (entry instanceof ClassEntry used && !used.asSymbol().isArray()) {
                    String packageName = used.asSymbol().packageName();
                    String name = packageName + "." + used.asSymbol().displayName();
                    if (!ADMITTED.contains(packageName) || REFUSED.contains(name)) {
                        wrong.add(file.getFileName() + " uses " + name);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}
