package org.espalier.kernel.hw;

import java.util.Map;

/** Loads classes of the tests, with their nested ones, in different ways. */
final class Loading {
    private static final AdmittedClasses ADMITTED = AdmittedClasses.load();

    private Loading() {}

    /** A new instance from the loader of a component of {@code domain}. */
    static Object asComponent(Class<?> type, Domain domain) {
        try {
            JarImage image = JarImage.parse(Jars.of(type, Map.of()));
            return instance(new ComponentLoader(type.getSimpleName(), image, ADMITTED, domain.polls), type.getName());
        } catch (JarImage.NotAComponent e) {
            throw new AssertionError(e);
        }
    }

    /** The same from a loader that changes nothing. */
    static Object unchanged(Class<?> type) {
        Map<String, byte[]> classes = Jars.classes(type);
        return instance(
                new ClassLoader(null) {
                    @Override
                    protected Class<?> findClass(String name) throws ClassNotFoundException {
                        byte[] content = classes.get(name);
                        if (content == null) {
                            throw new ClassNotFoundException(name);
                        }
                        return defineClass(name, content, 0, content.length);
                    }
                },
                type.getName());
    }

    private static Object instance(ClassLoader loader, String name) {
        try {
            return loader.loadClass(name).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Loading " + name, e);
        }
    }
}
