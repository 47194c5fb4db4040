package org.espalier.kernel.hw;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The short list of JDK classes that a JAR component may name, read from {@code admitted-classes.txt} beside this class: one class
 * or {@code package.*} a line, {@code !} in front takes one class away, {@code #} begins a comment. Nested classes go with
 * the class around them. Immutable.
 */
final class AdmittedClasses {
    private final Set<String> classes = new HashSet<>();
    private final Set<String> packages = new HashSet<>();
    private final Set<String> excluded = new HashSet<>();

    private AdmittedClasses() {}

    static AdmittedClasses load() {
        AdmittedClasses admitted = new AdmittedClasses();
        try (InputStream list = AdmittedClasses.class.getResourceAsStream("admitted-classes.txt")) {
            if (list == null) {
                throw new IllegalStateException("The list of admitted classes is missing from the kernel's own JAR.");
            }
            new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))
                    .lines()
                    .forEach(admitted::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return admitted;
    }

    private void add(String line) {
        int comment = line.indexOf('#');
        String entry = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (entry.startsWith("!")) {
            excluded.add(entry.substring(1));
        } else if (entry.endsWith(".*")) {
            packages.add(entry.substring(0, entry.length() - 2));
        } else if (!entry.isEmpty()) {
            classes.add(entry);
        }
    }

    boolean admits(String className) {
        int nested = className.indexOf('$');
        String outer = nested < 0 ? className : className.substring(0, nested);
        if (classes.contains(outer) || classes.contains(className)) {
            return true;
        }
        int dot = outer.lastIndexOf('.');
        return dot > 0 && packages.contains(outer.substring(0, dot)) && !excluded.contains(outer);
    }
}
