package org.espalier.kernel.hw;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.espalier.kernel.verifier.JarContent;
import org.jspecify.annotations.Nullable;

/** The content of a component's JAR, unpacked once and shared by all instances. Thread-safe. */
final class JarImage {
    private final JarContent content;
    private final String sha256;
    private final String componentClass;
    /** Class files with polls by name, made when the first instance needs them. */
    private final Map<String, byte[]> polled = new ConcurrentHashMap<>();

    private final SharedClasses sharedClasses = new SharedClasses();
    private final Semaphore preparation = new Semaphore(1);

    private JarImage(JarContent content, String sha256, String componentClass) {
        this.content = content;
        this.sha256 = sha256;
        this.componentClass = componentClass;
    }

    /** Why a file is no component; the message is a sentence for people. */
    static final class NotAComponent extends Exception {
        private static final long serialVersionUID = 1;

        NotAComponent(String message) {
            super(message);
        }
    }

    static JarImage parse(byte[] file, String sha256) throws NotAComponent {
        JarContent content;
        try {
            content = JarContent.read(file);
        } catch (JarContent.Unreadable e) {
            throw new NotAComponent(String.valueOf(e.getMessage()));
        }
        try {
            String componentClass = ComponentManifest.componentClass(content);
            if (componentClass.isEmpty()) {
                throw new NotAComponent(ComponentManifest.NO_COMPONENT);
            }
            return new JarImage(content, sha256, componentClass);
        } catch (ComponentManifest.Damaged e) {
            throw new NotAComponent(String.valueOf(e.getMessage()));
        }
    }

    String componentClass() {
        return componentClass;
    }

    /** The hash of the file, which names its content. */
    String sha256() {
        return sha256;
    }

    JarContent content() {
        return content;
    }

    /**
     * The class file of {@code className} as instances are to define it, if there is one.
     *
     * @throws ClassFormatError if it can take no {@link Polls}
     */
    byte @Nullable [] polledClass(String className) {
        byte[] original = content.classes().get(className.replace('.', '/'));
        return original == null ? null : polled.computeIfAbsent(className, name -> Polls.into(original, name));
    }

    /** Held by the instance that finds out about the content what all want to know. */
    Semaphore preparation() {
        return preparation;
    }

    /** The loader for an instance of what the verifier has let through: the shared one, or a new one. */
    ComponentLoader loader(SharedClasses.Factory factory) {
        return sharedClasses.loader(content.classes().values(), factory);
    }
}
