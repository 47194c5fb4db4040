package org.espalier.bench;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.Log;
import org.espalier.base.Result;

/** The floor of a component's start: the same classes, defined by a class loader of their own, constructed and called. */
final class BareStart {
    private final Map<String, byte[]> classes = new HashMap<>();
    private final String component;
    private final Env env;
    private long lines;

    BareStart(String name) throws IOException {
        try (JarFile jar = new JarFile(Components.file(name).toFile())) {
            Manifest manifest = jar.getManifest();
            component = manifest.getMainAttributes().getValue(Component.MANIFEST_ATTRIBUTE);
            for (JarEntry entry : jar.stream().toList()) {
                if (entry.getName().endsWith(".class")) {
                    String type = entry.getName().replace('/', '.').replaceAll("\\.class$", "");
                    classes.put(type, jar.getInputStream(entry).readAllBytes());
                }
            }
        }
        Log log = Log.to(text -> {
            lines++;
            return Result.done();
        });
        env = (Env) Proxy.newProxyInstance(
                Env.class.getClassLoader(),
                new Class<?>[] {Env.class},
                (proxy, method, arguments) -> method.getName().equals("log") ? log : null);
    }

    private final class Loader extends ClassLoader {
        Loader() {
            super("floor", null);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            return bytes == null
                    ? Class.forName(name, false, Component.class.getClassLoader())
                    : defineClass(name, bytes, 0, bytes.length);
        }
    }

    /** A new instance in a new loader. */
    Component construct() throws ReflectiveOperationException {
        return (Component) new Loader().loadClass(component).getConstructor().newInstance();
    }

    /** Starts {@code count} instances, one after the other, and forgets them. */
    void start(int count) throws ReflectiveOperationException {
        long before = lines;
        for (int i = 0; i < count; i++) {
            construct().construct(env);
        }
        if (lines != before + count) {
            throw new IllegalStateException("An instance of the floor wrote no line.");
        }
    }
}
