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
import org.jspecify.annotations.Nullable;

/**
 * The program of a JVM in a sandbox, which speaks as the starter of native programs does: it says that it is ready, waits for a
 * component's file, gives up what only a start needs, and becomes the component. From then on this is the thread of the initial
 * entrypoint.
 */
final class ProcessMain {
    /** The second seccomp program. */
    private static final int FILTER = 4;

    static final int BEGIN_BYTES = 24;
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
            rehearse();
            if (giveUp(channel)) {
                answer(channel, Step.READY, 0);
                begin(channel);
            }
        } catch (HostException e) {
            // The kernel is gone, or has heard of what failed.
            System.exit(1);
        }
    }

    private static void rehearse() {
        try {
            Rehearsal.run();
            RehearsedLife.lead();
        } catch (HostException e) {
            throw new IllegalStateException("The host refuses what every start needs.", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody here interrupts.", e);
        }
    }

    /** Gives up what only a start needs, while no component waits for it; false when the host refused, and the kernel has heard why. */
    private static boolean giveUp(Channel channel) throws HostException {
        try {
            limit(LIMIT_CORE, 1);
            limit(LIMIT_LOCKED, 0);
            limit(LIMIT_DESCRIPTORS, JvmSandbox.LIMITS.descriptors());
            limit(LIMIT_ADDRESSES, JvmSandbox.LIMITS.addressSpace());
        } catch (HostException e) {
            answer(channel, Step.LIMIT, e.error);
            return false;
        }
        try {
            confine();
        } catch (HostException e) {
            answer(channel, Step.CONFINE, e.error);
            return false;
        }
        return true;
    }

    /** What a component's file holds. */
    record Program(JarContent content, String componentClass) {}

    private static void begin(Channel channel) throws HostException {
        Program program = await(channel);
        if (program != null) {
            run(new ThreadPort(channel.packets()), program);
        }
    }

    /** Waits for the word to begin and for the component's file; {@code null} when there is none, or it is bad, which the kernel has heard. */
    static @Nullable Program await(Channel channel) throws HostException {
        return switch (channel.receive()) {
            case Channel.Received.Message(ByteBuffer word, List<Descriptor> descriptors)
            when word.remaining() == BEGIN_BYTES && descriptors.size() == 1 ->
                read(channel, word, descriptors.getFirst());
            case Channel.Received.Message _, Channel.Received.TooLarge _ -> refused(channel, Step.WORD);
            case Channel.Received.Closed _ -> null;
        };
    }

    private static @Nullable Program refused(Channel channel, Step step) throws HostException {
        answer(channel, step, 0);
        return null;
    }

    private static @Nullable Program read(Channel channel, ByteBuffer word, Descriptor file) throws HostException {
        if (word.getInt() != Protocol.VERSION) {
            return refused(channel, Step.WORD);
        }
        boolean isLimited =
                word.getInt() == JvmSandbox.LIMITS.descriptors() && word.getLong() == JvmSandbox.LIMITS.addressSpace();
        if (!isLimited) {
            return refused(channel, Step.LIMIT);
        }
        byte[] jar = content(file, word.getLong());
        file.close();
        try {
            JarContent content = JarContent.read(jar);
            Program program = new Program(content, ComponentManifest.componentClass(content));
            answer(channel, Step.STARTED, 0);
            return program;
        } catch (JarContent.Unreadable | ComponentManifest.Damaged e) {
            return refused(channel, Step.HEADER);
        }
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

    private static void run(ThreadPort port, Program program) {
        ProcessKernel kernel = new ProcessKernel(port);
        if (construct(kernel, port, program)) {
            port.serve(kernel, kernel.initialUpcalls());
        }
        while (true) {
            // Its other entrypoints go on; when nothing does, the kernel ends the process.
            LockSupport.park();
        }
    }

    /** Has the component construct itself on this thread; whether it did. */
    static boolean construct(ProcessKernel kernel, ThreadPort port, Program program) {
        return port.execute(kernel, () -> {
            Class<?> type = new ComponentClasses(program.content()).loadClass(program.componentClass());
            if (!Component.class.isAssignableFrom(type)) {
                throw new ClassCastException("Class " + type.getName() + ", which the manifest names in "
                        + Component.MANIFEST_ATTRIBUTE + ", is no " + Component.class.getName() + ".");
            }
            Startup.run(kernel, (Component) type.getConstructor().newInstance());
        });
    }
}
