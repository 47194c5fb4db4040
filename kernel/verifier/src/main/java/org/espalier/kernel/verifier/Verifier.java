package org.espalier.kernel.verifier;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.DebugElementsOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.espalier.kernel.verifier.World.Ancestors;

/**
 * Decides whether the classes of a component may be defined: by its class files alone, before any of them is. What it accepts
 * names nothing but base, its own classes and the listed members of the JDK, and is no class that the JVM or the JDK would call
 * on its own account. Whatever a file holds, the answer is a {@link Verdict}, in a time that grows with the size of the file.
 *
 * <p>Immutable but for a cache of what JDK types are made of; thread-safe.
 */
public final class Verifier {
    private final AllowList list;
    private final Map<String, Ancestors> ancestors = World.cache();

    private Verifier(AllowList list) {
        this.list = list;
    }

    /** A verifier with the list for the JDK that runs, or for the next older one that has a list. */
    public static Verifier forThisJdk() {
        return new Verifier(AllowList.forRelease(Runtime.version().feature()));
    }

    /** The feature release of the JDK that the list was written for. */
    public int release() {
        return list.release();
    }

    /**
     * Whether a loader may show the JDK type {@code name} (with dots) to a component: it is on the list, be it only for the JVM to
     * link the component's code.
     */
    public boolean admits(String name) {
        return list.type(name.replace('.', '/')) != null;
    }

    /** {@link #verify(JarContent, BooleanSupplier)} to the end. */
    public Verdict verify(JarContent jar) {
        return verify(jar, () -> true);
    }

    /**
     * Verifies all classes of a JAR.
     *
     * @param goOn asked between two classes whether anybody still wants to know
     * @throws CancellationException if not
     */
    public Verdict verify(JarContent jar, BooleanSupplier goOn) {
        ClassFile parser = ClassFile.of(DebugElementsOption.DROP_DEBUG);
        Findings findings = new Findings();
        Map<String, OwnClass> own = new TreeMap<>();
        jar.classes().forEach((name, file) -> {
            ask(goOn);
            own.put(name, read(parser, name, file, findings));
        });
        World world = new World(list, own, ancestors);
        own.forEach((name, type) -> {
            ask(goOn);
            check(world, name, type, findings);
        });
        long bytes =
                jar.classes().values().stream().mapToLong(file -> file.length).sum();
        return new Verdict(list.release(), own.size(), bytes, findings.rejections(), findings.further());
    }

    private static void ask(BooleanSupplier goOn) {
        if (!goOn.getAsBoolean()) {
            throw new CancellationException("Nobody waits for the verdict any more.");
        }
    }

    // The parser is lazy: what is wrong with a file appears wherever it is looked at, as any unchecked exception.

    private static OwnClass read(ClassFile parser, String name, byte[] file, Findings findings) {
        findings.enterType(Names.dotted(name));
        if (World.isForeign(name)) {
            findings.reject("a component defines no class in the package of another");
        }
        try {
            return OwnClass.of(parser.parse(file));
        } catch (RuntimeException e) {
            findings.reject(malformed(e));
            return new OwnClass(null, new Ancestors("", List.of()), Set.of());
        }
    }

    private static void check(World world, String name, OwnClass type, Findings findings) {
        if (type.model() == null) {
            return;
        }
        findings.enterType(Names.dotted(name));
        try {
            new ClassCheck(world, type.model(), findings).check(name);
        } catch (RuntimeException e) {
            findings.reject(malformed(e));
        }
    }

    private static String malformed(RuntimeException e) {
        return "the class file is malformed: " + e.getMessage();
    }

    /** What the list says, for its audit. */
    Map<String, AllowList.Type> types() {
        return list.types();
    }
}
