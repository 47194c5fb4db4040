package org.espalier.kernel.hw;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The classes that instances of one JAR have in common, if nothing that is static in them can ever change: then nobody can tell, and
 * an instance more takes neither their memory nor the time to define and compile them. They are looked for when a JAR is started for
 * the second time, on the thread and the account of that instance, for initializing classes runs its code; until they are found, and
 * when there are none or that instance was ended meanwhile, instances have classes of their own. All classes are initialized before
 * they are shared, so that no instance can have an initializer fail for others.
 *
 * <p>Thread-safe; nobody waits here for another instance.
 */
final class SharedClasses {
    private final AtomicInteger asked = new AtomicInteger();
    private volatile @Nullable ComponentLoader shared;

    /** Makes the loader of an instance. */
    interface Factory {
        /** A new one, whose polls those of the instance are from now on. */
        ComponentLoader make();
    }

    /** The shared loader, or a new one. */
    ComponentLoader loader(Collection<byte[]> classFiles, Factory factory) {
        ComponentLoader known = shared;
        if (known != null) {
            return known;
        }
        if (asked.getAndIncrement() == 1) {
            ComponentLoader candidate = factory.make();
            if (whyNot(candidate, classFiles).isEmpty()) {
                shared = candidate;
                return candidate;
            }
        }
        return factory.make();
    }

    /** Why {@code loader} cannot be shared, for people; empty if it can. Initializes its classes if their code says so far that it can. */
    static Optional<String> whyNot(ComponentLoader loader, Collection<byte[]> classFiles) {
        Map<String, ClassModel> models = new TreeMap<>();
        for (byte[] classFile : classFiles) {
            ClassModel model = ClassFile.of().parse(classFile);
            models.put(model.thisClass().asInternalName().replace('/', '.'), model);
        }
        return ReadOnlyStatics.whyNot(models).or(() -> whatMayChange(loader, models));
    }

    private static Optional<String> whatMayChange(ComponentLoader loader, Map<String, ClassModel> models) {
        List<Class<?>> types = new ArrayList<>();
        try {
            for (String name : models.keySet()) {
                types.add(Class.forName(name, true, loader));
            }
            return Immutable.whyNot(loader, types, models);
        } catch (DomainEnded e) {
            throw e; // Says nothing about the classes.
        } catch (Throwable e) {
            return Optional.of("a class cannot be initialized: " + e.getClass().getName());
        }
    }
}
