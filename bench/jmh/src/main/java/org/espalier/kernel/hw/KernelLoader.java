package org.espalier.kernel.hw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.espalier.base.Component;
import org.espalier.kernel.verifier.Verifier;

/** Loads small programs as the kernel loads components, or the same without polls. In the kernel's package to get at its loader. */
public final class KernelLoader {
    private KernelLoader() {}

    /** A new instance of a class on the class path, loaded with the class around it as those of a component. */
    public static LongSupplier guarded(String name) throws Exception {
        JarImage image = JarImage.parse(jar(name), name);
        PollSite polls = new PollSite(() -> {});
        return instance(new ComponentLoader(image, Verifier.forThisJdk(), polls), name);
    }

    /** The same from a loader that changes nothing. */
    public static LongSupplier unguarded(String name) throws Exception {
        return instance(new Plain(classes(name)), name);
    }

    private static LongSupplier instance(ClassLoader loader, String name) throws ReflectiveOperationException {
        return (LongSupplier) loader.loadClass(name).getConstructor().newInstance();
    }

    private static Map<String, byte[]> classes(String name) throws IOException, ClassNotFoundException {
        Map<String, byte[]> classes = new LinkedHashMap<>();
        add(
                classes,
                Class.forName(name, false, KernelLoader.class.getClassLoader()).getNestHost());
        return classes;
    }

    private static void add(Map<String, byte[]> classes, Class<?> type) throws IOException {
        String file = type.getName().replace('.', '/') + ".class";
        try (InputStream content = KernelLoader.class.getClassLoader().getResourceAsStream(file)) {
            if (content == null) {
                throw new IOException("The class file " + file + " is not there.");
            }
            classes.put(type.getName(), content.readAllBytes());
        }
        for (Class<?> nested : type.getDeclaredClasses()) {
            add(classes, nested);
        }
    }

    private static byte[] jar(String name) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
            zip.write(("Manifest-Version: 1.0\r\n" + Component.MANIFEST_ATTRIBUTE + ": " + name + "\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, byte[]> type : classes(name).entrySet()) {
                zip.putNextEntry(new ZipEntry(type.getKey().replace('.', '/') + ".class"));
                zip.write(type.getValue());
            }
        }
        return file.toByteArray();
    }

    private static final class Plain extends ClassLoader {
        private final Map<String, byte[]> classes;

        Plain(Map<String, byte[]> classes) {
            super(null);
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] content = classes.get(name);
            if (content == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, content, 0, content.length);
        }
    }
}
