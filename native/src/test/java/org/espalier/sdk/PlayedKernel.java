package org.espalier.sdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.espalier.base.spi.Attachment;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.base.spi.Upcalls;
import org.espalier.base.spi.Window;
import org.jspecify.annotations.Nullable;

/**
 * The kernel between one native component, a process of the host, and one Java component, the test, which has all objects that the native
 * one does not have itself. Everything happens on the thread of the test: the native component runs until it waits, and then the
 * test does.
 */
final class PlayedKernel implements ComponentKernel, AutoCloseable {
    /** What a capability is for. */
    private sealed interface Thing {
        /** An object of the native component, or of the Java component. */
        record Callable(boolean isNative, long id) implements Thing {}

        record Memory(Path file, MemorySegment segment) implements Thing {}
    }

    /** A signal context; those of Java are served by an entrypoint. */
    private static final class Context implements Thing {
        private final boolean isNative;
        private final boolean served;
        private final long id;
        private int pending;

        Context(boolean isNative, boolean served, long id) {
            this.isNative = isNative;
            this.served = served;
            this.id = id;
        }
    }

    /** A message of the Java component. */
    private static final class JavaMessage extends Message {
        JavaMessage(ComponentKernel kernel) {
            super(kernel);
        }
    }

    /** How a component ended. */
    record End(boolean halted, String fault) {}

    private final Process process;
    private final Path folder;
    private final Arena arena = Arena.ofShared();
    private final List<@Nullable Thing> javaSpace = new ArrayList<>(List.of());
    private final List<@Nullable Thing> nativeSpace = new ArrayList<>();
    private final List<Context> signalled = new ArrayList<>();
    private final List<Context> signalledJava = new ArrayList<>();
    private final JavaMessage message = new JavaMessage(this);
    /** What becomes of a reply on its way to the native component. */
    UnaryOperator<Packet> damage = packet -> packet;

    private @Nullable Upcalls upcalls;
    private boolean atEntrypoint;
    private @Nullable Context awaited;
    private Optional<End> end = Optional.empty();
    private int files;
    /** Received capabilities that the native component has not given up. */
    private int held;

    PlayedKernel(Path program, Path folder) throws IOException {
        this.folder = folder;
        javaSpace.add(null);
        nativeSpace.add(null);
        this.process = new ProcessBuilder(program.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    // ---- the native component

    /** Makes the object at {@code index} of the Java component the parent of the native one. */
    void parent(int index) {
        nativeSpace.add(javaSpace.get(index));
    }

    /** Lets the native component run until it waits for something that only the test can bring, or has ended. */
    void run() {
        try {
            while (end.isEmpty()) {
                deliverToJava();
                if (atEntrypoint && !signalled.isEmpty()) {
                    Context context = signalled.removeFirst();
                    Packet signal = Packet.of(Packet.SIGNAL, context.pending);
                    signal.arguments[0] = context.id;
                    context.pending = 0;
                    send(signal);
                } else if (awaited != null && awaited.pending > 0) {
                    Context context = awaited;
                    awaited = null;
                    send(Packet.answer(context.pending));
                    context.pending = 0;
                } else if (atEntrypoint || awaited != null) {
                    return;
                }
                step();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(Packet packet) throws IOException {
        atEntrypoint = false;
        packet.write(process.getOutputStream(), "");
    }

    /** Receives one packet and does what it says. */
    private @Nullable Packet step() throws IOException {
        Optional<Packet> received = Packet.read(process.getInputStream());
        if (received.isEmpty()) {
            end = Optional.of(new End(false, ""));
            return null;
        }
        Packet packet = received.get();
        switch (packet.operation) {
            case Packet.DONE, Packet.REPLY -> atEntrypoint = true;
            case Packet.CALL -> send(damage.apply(serve(packet)));
            case Packet.RELEASE -> {
                if (take(nativeSpace, packet.index)) {
                    held--;
                }
                send(Packet.answer(0));
            }
            case Packet.DISSOLVE -> {
                dissolveNative(packet.index);
                send(Packet.answer(0));
            }
            case Packet.CREATE_OBJECT -> send(Packet.answer(addNative(new Thing.Callable(true, packet.arguments[0]))));
            case Packet.CREATE_SIGNAL_CONTEXT ->
                send(Packet.answer(addNative(new Context(true, packet.index != 0, packet.arguments[0]))));
            case Packet.SUBMIT -> send(Packet.answer(submitTo(thing(nativeSpace, packet.index), packet.arguments[0])));
            case Packet.AWAIT_SIGNAL -> awaited = (Context) thing(nativeSpace, packet.index);
            case Packet.ATTACH -> attachNative(packet);
            case Packet.DETACH -> send(Packet.answer(0));
            case Packet.LINK -> send(Packet.answer(-Failure.UNSUPPORTED.status()));
            case Packet.HALT -> end = Optional.of(new End(true, ""));
            case Packet.FAULT -> end = Optional.of(new End(false, packet.text()));
            default -> throw new IllegalStateException("A component sent " + packet);
        }
        return packet;
    }

    private int addNative(Thing thing) {
        nativeSpace.add(thing);
        return nativeSpace.size() - 1;
    }

    private static boolean take(List<@Nullable Thing> space, int index) {
        Thing thing = thing(space, index);
        if (thing == null || (thing instanceof Thing.Callable(boolean isNative, var _) && isNative)) {
            return false;
        }
        space.set(index, null);
        return true;
    }

    private void dissolveNative(int index) {
        Thing thing = thing(nativeSpace, index);
        if (thing instanceof Context context) {
            signalled.remove(context);
        }
        if (thing != null) {
            nativeSpace.set(index, null);
            javaSpace.replaceAll(each -> each == thing ? null : each);
        }
    }

    private static @Nullable Thing thing(List<@Nullable Thing> space, int index) {
        return index > 0 && index < space.size() ? space.get(index) : null;
    }

    private Packet serve(Packet call) {
        if (!(thing(nativeSpace, call.index) instanceof Thing.Callable(boolean isNative, long id)) || isNative) {
            return failed(thing(nativeSpace, call.index) == null ? Failure.INVALID_CAPABILITY : Failure.DEADLOCK);
        }
        JavaMessage in = new JavaMessage(this);
        if (!carry(call, nativeSpace, javaSpace, in)) {
            return failed(Failure.INVALID_CAPABILITY);
        }
        receiver().request(id, in);
        Packet reply = packet(Packet.ANSWER, in);
        if (in.capCount() > call.arguments[0]) {
            return failed(Failure.MALFORMED);
        }
        for (int i = 0; i < reply.capCount; i++) {
            reply.caps[i] = give(thing(javaSpace, in.cap(i)), nativeSpace);
            held++;
        }
        return reply;
    }

    private static Packet failed(Failure failure) {
        Packet packet = Packet.answer(-failure.status());
        packet.word = failure.status();
        return packet;
    }

    private Upcalls receiver() {
        Upcalls known = upcalls;
        if (known == null) {
            throw new IllegalStateException("The Java component has an entrypoint before it is called.");
        }
        return known;
    }

    private void attachNative(Packet packet) throws IOException {
        atEntrypoint = false;
        if (!(thing(nativeSpace, packet.index) instanceof Thing.Memory(Path file, MemorySegment segment))) {
            send(Packet.answer(-Failure.INVALID_CAPABILITY.status()));
            return;
        }
        Packet answer = Packet.answer(1);
        answer.arguments[0] = packet.arguments[0];
        answer.arguments[1] = packet.arguments[1] == 0 ? segment.byteSize() - packet.arguments[0] : packet.arguments[1];
        answer.write(process.getOutputStream(), file.toString());
    }

    /** How the native component ended; empty while it lives. */
    Optional<End> end() {
        return end;
    }

    /** Received capabilities that the native component holds. */
    int held() {
        return held;
    }

    /** The exit value of the process, which has nothing more to do. */
    int exitValue() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }

    // ---- what crosses

    private static int give(@Nullable Thing thing, List<@Nullable Thing> space) {
        if (thing == null) {
            return 0;
        }
        int known = space.indexOf(thing);
        if (known > 0) {
            return known;
        }
        space.add(thing);
        return space.size() - 1;
    }

    private static boolean carry(
            Packet from, List<@Nullable Thing> sender, List<@Nullable Thing> receiver, Message to) {
        to.begin(from.word);
        for (byte each : from.bytes) {
            to.putByte(each);
        }
        int[] caps = new int[from.capCount];
        for (int i = 0; i < caps.length; i++) {
            Thing thing = thing(sender, from.caps[i]);
            if (thing == null) {
                return false;
            }
            caps[i] = give(thing, receiver);
        }
        to.setCaps(caps, caps.length);
        return true;
    }

    private Packet packet(int operation, Message from) {
        JavaMessage copy = new JavaMessage(this);
        copy.copyFrom(from);
        Packet packet = Packet.of(operation, 0);
        packet.word = copy.word();
        packet.bytes = new byte[copy.length()];
        int at = copy.take(copy.length());
        for (int i = 0; i < packet.bytes.length; i++) {
            packet.bytes[i] = copy.byteAt(at + i);
        }
        packet.capCount = from.capCount();
        return packet;
    }

    private int submitTo(@Nullable Thing thing, long count) {
        if (!(thing instanceof Context context)) {
            return -Failure.INVALID_CAPABILITY.status();
        }
        context.pending += (int) count;
        List<Context> queue = context.isNative ? signalled : signalledJava;
        if (context.served && !queue.contains(context)) {
            queue.add(context);
        }
        return 0;
    }

    private void deliverToJava() {
        while (!signalledJava.isEmpty()) {
            Context context = signalledJava.removeFirst();
            int count = context.pending;
            context.pending = 0;
            receiver().signal(context.id, count);
        }
    }

    // ---- the Java component

    @Override
    public Message message() {
        return message;
    }

    @Override
    public int call(Message request, int capability, int acceptedCaps) {
        if (!(thing(javaSpace, capability) instanceof Thing.Callable(boolean isNative, long id)) || !isNative) {
            request.fail(Failure.GONE);
            return request.word();
        }
        Packet packet = packet(Packet.REQUEST, request);
        packet.arguments[0] = id;
        for (int i = 0; i < packet.capCount; i++) {
            packet.caps[i] = give(thing(javaSpace, request.cap(i)), nativeSpace);
            held++;
        }
        run();
        if (end.isEmpty() && !atEntrypoint) {
            throw new IllegalStateException("The native component waits for something else than requests.");
        }
        try {
            send(packet);
            while (end.isEmpty()) {
                Packet reply = step();
                if (reply != null && reply.operation == Packet.REPLY) {
                    if (!carry(reply, nativeSpace, javaSpace, request)) {
                        throw new IllegalStateException("A native component replied with what it does not have.");
                    }
                    return request.word();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        request.fail(Failure.GONE);
        return request.word();
    }

    @Override
    public void release(int capability) {
        boolean _ = take(javaSpace, capability);
    }

    @Override
    public void bindInitialEntrypoint(Upcalls receiver) {
        upcalls = receiver;
    }

    @Override
    public int createObject(int entrypoint, long objectId) {
        javaSpace.add(new Thing.Callable(false, objectId));
        return javaSpace.size() - 1;
    }

    @Override
    public int createSignalContext(int entrypoint, long contextId) {
        javaSpace.add(new Context(false, true, contextId));
        return javaSpace.size() - 1;
    }

    /** Memory that both components can have. */
    int createMemory(long bytes) {
        Path file = folder.resolve("memory-" + files++);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
            javaSpace.add(new Thing.Memory(file, segment));
            return javaSpace.size() - 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void dissolve(int capability) {
        javaSpace.set(capability, null);
    }

    @Override
    public int submit(int capability, int count) {
        return submitTo(thing(javaSpace, capability), count);
    }

    @Override
    public int submitOnLeave(int capability) {
        return submit(capability, 1);
    }

    @Override
    public Attachment attach(int dataspace, long offset, long size, boolean writable) {
        return thing(javaSpace, dataspace) instanceof Thing.Memory(var _, MemorySegment segment)
                ? new Attachment.Attached(1, Window.direct(segment))
                : new Attachment.Refused(Failure.INVALID_CAPABILITY);
    }

    @Override
    public void detach(int region) {}

    @Override
    public int createEntrypoint(String name, Upcalls receiver) {
        return -Failure.UNSUPPORTED.status();
    }

    @Override
    public void destroyEntrypoint(int entrypoint) {}

    @Override
    public int awaitSignal(int capability) {
        return -Failure.UNSUPPORTED.status();
    }

    @Override
    public int startThread(int thread, Runnable entry) {
        return -Failure.UNSUPPORTED.status();
    }

    @Override
    public void halt() {
        throw new IllegalStateException("The test does not halt.");
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        arena.close();
        for (int i = 0; i < files; i++) {
            Files.deleteIfExists(folder.resolve("memory-" + i));
        }
    }
}
