package org.espalier.kernel.hw;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.function.Supplier;
import org.espalier.base.Component;
import org.espalier.kernel.verifier.Verifier;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one instance of a component, or of several where those are {@link SharedClasses the same for all}: its own JAR, which
 * was verified or is trusted, base, and the JDK classes on the verifier's list. Nothing else exists for it, neither the application's
 * class path nor the classes of others, so nothing that is static and may change is ever shared.
 *
 * <p>What it supplies, to {@link PollClass} and to whoever asks, is its poll.
 */
final class ComponentLoader extends ClassLoader implements Supplier<MethodHandle> {
    private static final String BASE_PACKAGE = Component.class.getPackageName() + ".";

    static {
        registerAsParallelCapable();
    }

    private final JarImage image;
    private final Verifier verifier;
    private final PollSite polls;

    ComponentLoader(JarImage image, Verifier verifier, PollSite polls) {
        super("component", null);
        this.image = image;
        this.verifier = verifier;
        this.polls = polls;
    }

    PollSite polls() {
        return polls;
    }

    @Override
    public MethodHandle get() {
        return polls.poll();
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
            if (!verifier.admits(name)) {
                throw new ClassNotFoundException(name + " is not among the classes that a component may use");
            }
            return Class.forName(name, false, null);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = name.equals(PollClass.NAME) ? PollClass.bytes() : image.polledClass(name);
        if (bytes == null) {
            throw new ClassNotFoundException(
                    name + " is neither in the component's JAR nor among the classes that it may use");
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        byte[] content = image.content().entry(name);
        return content == null ? null : new ByteArrayInputStream(content);
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
