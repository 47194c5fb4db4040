package org.espalier.kernel.hw;

import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.function.Supplier;

/** Loads classes of the tests, with their nested ones, in different ways, and with all of the JDK in sight. */
final class Loading {
    private Loading() {}

    /** A new instance for {@code domain}, whose code polls. */
    static Object withPolls(Class<?> type, TestDomain domain) {
        PollSite polls = new PollSite(domain.machine.kernel::leaveIfStopped);
        domain.domain.polls = polls;
        return instance(new OwnLoader(Jars.classes(type), true, polls), type.getName());
    }

    /** A new instance from a loader that changes nothing. */
    static Object unchanged(Class<?> type) {
        return instance(new OwnLoader(Jars.classes(type), false, new PollSite(() -> {})), type.getName());
    }

    private static final class OwnLoader extends ClassLoader implements Supplier<MethodHandle> {
        private final Map<String, byte[]> classes;
        private final boolean polled;
        private final PollSite polls;

        OwnLoader(Map<String, byte[]> classes, boolean polled, PollSite polls) {
            super(null);
            this.classes = classes;
            this.polled = polled;
            this.polls = polls;
        }

        @Override
        public MethodHandle get() {
            return polls.poll();
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] content = name.equals(PollClass.NAME) ? PollClass.bytes() : classes.get(name);
            if (content == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] defined = polled && !name.equals(PollClass.NAME) ? Polls.into(content, name) : content;
            return defineClass(name, defined, 0, defined.length);
        }
    }

    private static Object instance(ClassLoader loader, String name) {
        try {
            return loader.loadClass(name).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Loading " + name, e);
        }
    }
}
