package org.espalier.kernel.linux;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import org.espalier.base.Component;
import org.espalier.kernel.verifier.JarContent;
import org.jspecify.annotations.Nullable;

/**
 * The classes of the one component of this JVM: its own JAR, base without what is for kernels, and the JDK's. What confines the component is
 * the process and not this.
 */
final class ComponentClasses extends ClassLoader {
    private static final String BASE_PACKAGE = Component.class.getPackageName() + ".";

    static {
        registerAsParallelCapable();
    }

    private final JarContent content;

    ComponentClasses(JarContent content) {
        super("component", null);
        this.content = content;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(BASE_PACKAGE)) {
            if (name.indexOf('.', BASE_PACKAGE.length()) >= 0) {
                throw new ClassNotFoundException(name + " is not for components");
            }
            return Class.forName(name, false, Component.class.getClassLoader());
        }
        if (name.startsWith("java.")) {
            return Class.forName(name, false, null);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = content.classes().get(name.replace('.', '/'));
        if (bytes == null) {
            throw new ClassNotFoundException(
                    name + " is neither in the component's JAR nor among the classes that it may use");
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        byte[] resource = content.entry(name);
        return resource == null ? null : new ByteArrayInputStream(resource);
    }

    @Override
    public @Nullable URL getResource(String name) {
        return null;
    }

    @Override
    public Enumeration<URL> getResources(String name) {
        return Collections.emptyEnumeration();
    }
}
