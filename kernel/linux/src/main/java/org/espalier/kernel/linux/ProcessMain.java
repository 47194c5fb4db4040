package org.espalier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.espalier.base.Component;
import org.espalier.base.Startup;
import org.espalier.kernel.hw.ComponentManifest;
import org.espalier.kernel.linux.StartFailure.Step;
import org.espalier.kernel.verifier.JarContent;

/**
 * The program of a JVM in a sandbox, which speaks as the starter of native programs does: it says that it is ready, waits for a
 * component's file, gives up what only a start needs, and becomes the component. From then on this is the thread of the initial
 * entrypoint.
 */
final class ProcessMain {
    /** The second seccomp program. */
    private static final int FILTER = 4;

    private static final int BEGIN_BYTES = 24;
    private static final int MOST_INSTRUCTIONS_BYTES = Seccomp.MOST_INSTRUCTIONS * Seccomp.INSTRUCTION_BYTES;
    private static final int SET_MODE_FILTER = 1;
    private static final int ALL_THREADS = 1;
    private static final int LIMIT_CORE = 4;
    private static final int LIMIT_DESCRIPTORS = 7;
    private static final int LIMIT_LOCKED = 8;
    private static final int LIMIT_ADDRESSES = 9;

    private ProcessMain() {}

    /** For the launcher of the JVM. */
    public static void main(String[] arguments) {
        if (arguments.length > 0) {
            // Not in a sandbox, and not a component: an AOT cache is being made of what a start loads.
            rehearse();
            return;
        }
        Channel channel = new Channel(new Descriptor(Protocol.CHANNEL));
        try {
            Rehearsal.run();
            answer(channel, Step.READY, 0);
            begin(channel);
        } catch (HostException e) {
            // The kernel is gone, or has heard of what failed.
            System.exit(1);
        }
    }

    private static void rehearse() {
        try {
            Rehearsal.run();
        } catch (HostException e) {
            throw new IllegalStateException("The host refuses what every start needs.", e);
        }
    }

    private static void begin(Channel channel) throws HostException {
        switch (channel.receive()) {
            case Channel.Received.Message(ByteBuffer word, List<Descriptor> descriptors)
            when word.remaining() == BEGIN_BYTES && descriptors.size() == 1 ->
                begin(channel, word, descriptors.getFirst());
            case Channel.Received.Message _, Channel.Received.TooLarge _ -> answer(channel, Step.WORD, 0);
            case Channel.Received.Closed _ -> {}
        }
    }

    private static void begin(Channel channel, ByteBuffer word, Descriptor file) throws HostException {
        if (word.getInt() != Protocol.VERSION) {
            answer(channel, Step.WORD, 0);
            return;
        }
        int descriptors = word.getInt();
        long addresses = word.getLong();
        byte[] jar = content(file, word.getLong());
        file.close();
        JarContent content;
        String componentClass;
        try {
            content = JarContent.read(jar);
            componentClass = ComponentManifest.componentClass(content);
        } catch (JarContent.Unreadable | ComponentManifest.Damaged e) {
            answer(channel, Step.HEADER, 0);
            return;
        }
        try {
            limit(LIMIT_CORE, 1);
            limit(LIMIT_LOCKED, 0);
            limit(LIMIT_DESCRIPTORS, descriptors);
            limit(LIMIT_ADDRESSES, addresses);
        } catch (HostException e) {
            answer(channel, Step.LIMIT, e.error);
            return;
        }
        try {
            confine();
        } catch (HostException e) {
            answer(channel, Step.CONFINE, e.error);
            return;
        }
        answer(channel, Step.STARTED, 0);
        run(new ThreadPort(channel.packets()), content, componentClass);
    }

    private static void answer(Channel channel, Step step, int error) throws HostException {
        ByteBuffer words = ByteBuffer.allocate(2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        words.putInt(step.number()).putInt(error);
        if (channel.send(words.array()) != Channel.Sent.SENT) {
            System.exit(0);
        }
    }

    @SuppressWarnings("restricted")
    private static byte[] content(Descriptor file, long bytes) throws HostException {
        long at = file.demandMapping(bytes);
        try {
            return MemorySegment.ofAddress(at).reinterpret(bytes).toArray(ValueLayout.JAVA_BYTE);
        } finally {
            long _ = Host.call(SystemCall.MUNMAP, at, bytes, 0);
        }
    }

    private static void limit(int resource, long value) throws HostException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment both = arena.allocateFrom(ValueLayout.JAVA_LONG, value, value);
            Host.demand(SystemCall.PRLIMIT64, 0, resource, both.address(), 0, 0, 0);
        }
    }

    /** Puts the second seccomp program in place for all threads of this JVM, those of the collector and the compiler included. */
    private static void confine() throws HostException {
        try (Arena arena = Arena.ofConfined();
                Descriptor filter = new Descriptor(FILTER)) {
            MemorySegment instructions = arena.allocate(MOST_INSTRUCTIONS_BYTES, Long.BYTES);
            long bytes = filter.demand(SystemCall.PREAD64, instructions.address(), MOST_INSTRUCTIONS_BYTES, 0, 0, 0);
            MemorySegment program = arena.allocate(2 * Long.BYTES, Long.BYTES);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) (bytes / Seccomp.INSTRUCTION_BYTES));
            program.set(ValueLayout.JAVA_LONG, Long.BYTES, instructions.address());
            Host.demand(SystemCall.SECCOMP, SET_MODE_FILTER, ALL_THREADS, program.address());
        }
    }

    private static void run(ThreadPort port, JarContent content, String componentClass) {
        ProcessKernel kernel = new ProcessKernel(port);
        boolean constructed = port.execute(kernel, () -> {
            Class<?> type = new ComponentClasses(content).loadClass(componentClass);
            if (!Component.class.isAssignableFrom(type)) {
                throw new ClassCastException("Class " + type.getName() + ", which the manifest names in "
                        + Component.MANIFEST_ATTRIBUTE + ", is no " + Component.class.getName() + ".");
            }
            Startup.run(kernel, (Component) type.getConstructor().newInstance());
        });
        if (constructed) {
            port.serve(kernel, kernel.initialUpcalls());
        }
        while (true) {
            // Its other entrypoints go on; when nothing does, the kernel ends the process.
            LockSupport.park();
        }
    }
}
