package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The class loader of a component admits only some packages of the JDK, and this code goes into components. */
final class InitConfigAdmittedPackagesTest {
    private static final Set<String> ADMITTED = Set.of(
            "org.espalier.base",
            "org.espalier.config",
            "java.lang",
            "java.util",
            "java.util.function",
            "java.util.stream",
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
    void onlyAdmittedPackagesAreUsedByAllThatReadingReaches() throws IOException {
        Set<String> wrong = new TreeSet<>();
        Set<String> reached = new HashSet<>(Set.of("InitConfig"));
        Deque<String> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            String file = open.remove();
            for (ClassEntry used : classes(file)) {
                String name = used.asSymbol().displayName();
                String packageName = used.asSymbol().packageName();
                if (packageName.equals("org.espalier.sandbox")) {
                    String inner = used.asInternalName().substring("org/espalier/sandbox/".length());
                    if (reached.add(inner)) {
                        open.add(inner);
                    }
                } else if (!ADMITTED.contains(packageName) || REFUSED.contains(packageName + "." + name)) {
                    wrong.add(file + " uses " + packageName + "." + name);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(reached).contains("StartReader", "RouteReader", "QuotaReader", "Vocabulary", "Rule$Match");
    }

    private static Set<ClassEntry> classes(String file) throws IOException {
        Set<ClassEntry> classes = new HashSet<>();
        try (InputStream in = InitConfig.class.getResourceAsStream(file + ".class")) {
            assertThat(in).isNotNull();
            for (PoolEntry entry : ClassFile.of().parse(in.readAllBytes()).constantPool()) {
                if (entry instanceof ClassEntry used && !used.asSymbol().isArray()) {
                    classes.add(used);
                }
            }
        }
        return classes;
    }
}
