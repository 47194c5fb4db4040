package org.espalier.kernel.verifier;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.testkit.Compiled;
import org.espalier.testkit.Zip;

/** What the verifier says of a few lines, or of class files made by hand. */
final class Guests {
    private Guests() {}

    /** A JAR of these classes. */
    static JarContent jar(Map<String, byte[]> classes) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        classes.forEach((name, content) -> entries.put(name + ".class", content));
        try {
            return JarContent.read(Zip.of(entries));
        } catch (JarContent.Unreadable e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** What the verifier says of the classes of one source file, without the package that each got. */
    static List<String> rejections(String source) {
        return rejections(Compiled.classes(source));
    }

    static List<String> rejections(Map<String, byte[]> classes) {
        return Verifier.forThisJdk().verify(jar(classes)).rejections().stream()
                .map(rejection -> rejection.toString().replaceFirst("^s[0-9]+\\.", ""))
                .toList();
    }
}
