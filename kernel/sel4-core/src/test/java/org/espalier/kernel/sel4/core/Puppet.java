package org.espalier.kernel.sel4.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.LongStream;
import org.espalier.base.Failure;
import org.espalier.base.Limits;
import org.espalier.base.Message;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.kernel.spi.RunningKernel.Launch;
import org.espalier.machine.ElfImage;
import org.espalier.machine.Frame;
import org.jspecify.annotations.Nullable;

/** A native component that does what a test tells it; see {@code puppet.c} of kernel hw. Its parent is an object of core that hands commands out. */
final class Puppet {
    // What it does.
    static final long SYSTEM_CALL = 1;
    static final long LOAD = 2;
    static final long STORE = 3;
    static final long JUMP = 4;
    static final long SPIN = 5;
    static final long FAIL = 6;
    static final long ADDRESS = 7;
    static final long SERVE = 8;
    static final long REGISTER = 9;
    static final long RAW = 10;

    // How it fails.
    static final long UNDEFINED = 0;

    // Where things are.
    static final long BUFFER = 0;
    static final long CODE = 1;
    static final long CONSTANT = 2;
    static final long THREAD = 3;
    static final long COUNTER = 4;
    static final long TABLE = 5;
    static final long THREAD_STACK = 6;

    // What it asks: native/hw/operations.h.
    static final int CALL = 1;
    static final int SERVE_CALL = 2;
    static final int CREATE_OBJECT = 3;
    static final int CREATE_CONTEXT = 4;
    static final int DISSOLVE = 5;
    static final int RELEASE = 6;
    static final int SUBMIT = 7;
    static final int AWAIT = 8;
    static final int ATTACH = 9;
    static final int DETACH = 10;
    static final int START_THREAD = 11;
    static final int HALT = 12;
    static final int FAULT = 13;

    /** Where a message has the number of its capabilities, and the first of them. */
    private static final long CAPABILITY_COUNT = 12;

    private static final long CAPABILITIES = 20;

    private static final int WORDS = 7;
    private static final Command NO_MORE = new Command(0, List.of());

    final Sel4Machine.Domain domain;
    private final Sel4Machine machine;
    private final LinkedBlockingQueue<Command> commands = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

    /**
     * What it is told.
     *
     * @param capability an index of core that it is given, or 0
     */
    private record Command(int capability, List<Long> words) {}

    private record Answer(long result, int capability) {}

    /** One that waits for its first command, in a domain with so much on top of what that costs. */
    Puppet(Sel4Machine machine, String name, long ram, Limits limits) {
        this.machine = machine;
        byte[] program = program();
        this.domain = machine.domain(name, ram, 200);
        assertThat(machine.kernel.limit(domain.number(), limits)).isEmpty();
        int parent = machine.object(this::attend);
        assertThat(launch(machine, domain, program, parent)).isInstanceOf(Launch.Launched.class);
    }

    Puppet(Sel4Machine machine, String name) {
        this(machine, name, 1 << 20, Limits.NONE);
    }

    static Launch launch(Sel4Machine machine, Sel4Machine.Domain domain, byte[] file, int parent) {
        int memory = machine.kernel.createMemory(1, (file.length + 4096) & -4096);
        machine.view(memory).write(0, file);
        Launch launch = machine.kernel.start(domain.number(), memory, parent, 0, false);
        machine.kernel.destroyMemory(memory);
        return launch;
    }

    /** What its thread takes: two TCBs, an endpoint, its capability space, and a share of the slots for endpoints. */
    static long threadRam() {
        return 2 * 2048 + 16 + 128 + 512;
    }

    /**
     * What it takes of a quota: pages of the program and of the stack, tables of levels 4 and 3, and two each of 2 and 1 for the two places,
     * slots for the three pages of the library image, and its thread.
     */
    static long ownRam() {
        if (!(ElfImage.read(program()) instanceof ElfImage.Verdict.Good(ElfImage image))) {
            throw new AssertionError("The puppet is a component.");
        }
        return (image.frames() + 16 + 1 + 1 + 2 + 2) * Frame.BYTES + (4L << ObjectType.SLOT_BITS) + threadRam();
    }

    static byte[] program() {
        assumeThat(Ring3Programs.obstacle().orElse("")).isEmpty();
        try (InputStream file = Puppet.class.getResourceAsStream("puppet.elf")) {
            return Objects.requireNonNull(file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The parent's side, at an entrypoint of core: takes what came of the last command and waits for the next. */
    private void attend(Message message) {
        answers.add(answer(message));
        Command next;
        try {
            next = commands.take();
        } catch (InterruptedException e) {
            next = NO_MORE;
        }
        if (next == NO_MORE) {
            message.fail(Failure.GONE);
        } else {
            write(message, next);
        }
    }

    private static void write(Message message, Command command) {
        message.begin(0);
        for (int i = 0; i < WORDS; i++) {
            message.putLong(i < command.words().size() ? command.words().get(i) : 0);
        }
        if (command.capability() != 0) {
            message.setCaps(new int[] {command.capability()}, 1);
        }
    }

    private static Answer answer(Message message) {
        return new Answer(message.getLong(), (int) message.getLong());
    }

    private Answer next() {
        Sel4Machine.await("the puppet answers", () -> !answers.isEmpty() || !fault().isEmpty());
        assertThat(fault()).as("fault of the puppet").isEmpty();
        return answers.remove();
    }

    /** Has it do something, and does not wait for that. */
    void tell(long what, long... arguments) {
        tellWith(0, what, arguments);
    }

    private void tellWith(int capability, long what, long... arguments) {
        // It does nothing before it has said what came of the last command.
        next();
        commands.add(new Command(capability, words(what, arguments)));
    }

    private static List<Long> words(long what, long... arguments) {
        return LongStream.concat(LongStream.of(what), LongStream.of(arguments))
                .boxed()
                .toList();
    }

    /** Has it do something, and returns what comes of it. */
    long ask(long what, long... arguments) {
        tell(what, arguments);
        return peek().result();
    }

    /** The answer to the last command, which stays for the next command to take. */
    private Answer peek() {
        Answer answer = next();
        answers.add(answer);
        return answer;
    }

    long trap(long operation, long... arguments) {
        long[] all = new long[arguments.length + 1];
        all[0] = operation;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return ask(SYSTEM_CALL, all);
    }

    /** Gives it a capability of core's, and returns the index that it has. */
    int give(int capability) {
        tellWith(capability, ADDRESS, BUFFER);
        return peek().capability();
    }

    /** Has it give core one of its own, and returns the index that core has. */
    int take(long own) {
        int[] taken = new int[1];
        int object = give(machine.object(message -> {
            taken[0] = message.cap(0);
            message.begin(0);
        }));
        long buffer = address(BUFFER);
        ask(STORE, buffer, 0);
        ask(STORE, buffer + 8, 1L << 32);
        ask(STORE, buffer + CAPABILITIES - 4, own << 32);
        assertThat(trap(CALL, object, buffer, 0)).isZero();
        assertThat(taken[0]).isPositive();
        return taken[0];
    }

    static long countAt(long message) {
        return message + CAPABILITY_COUNT - 4;
    }

    static long firstAt(long message) {
        return message + CAPABILITIES - 4;
    }

    long address(long of) {
        return ask(ADDRESS, of);
    }

    /** Does something to it as a client in core that has {@code capability} for its object; {@code null} if it fails. */
    static @Nullable Long request(Sel4Machine machine, int capability, long what, long... arguments) {
        long[] result = new long[1];
        int status = machine.call(
                capability,
                message -> write(message, new Command(0, words(what, arguments))),
                reply -> result[0] = answer(reply).result());
        return status == 0 ? Long.valueOf(result[0]) : null;
    }

    String fault() {
        return machine.kernel.fault(domain.number());
    }

    /** Has it do something that is its end, and returns what its parent is told. */
    String fault(long what, long... arguments) {
        tell(what, arguments);
        Sel4Machine.await("the puppet faults", () -> !fault().isEmpty());
        return fault();
    }

    /** Lets go of its thread where that waits in core for a command. */
    void release() {
        commands.add(NO_MORE);
    }

    /** Ends its domain and accounts, as core does. */
    void kill() {
        release();
        domain.kill();
    }

    /** What a fault of an initial thread reads like. */
    static String told(String what) {
        return "thread ‘ep’: " + what;
    }

    /** A number as it is in memory. */
    static byte[] littleEndian(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }
}
