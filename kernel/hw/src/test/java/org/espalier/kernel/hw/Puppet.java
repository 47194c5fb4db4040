package org.espalier.kernel.hw;

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
import org.espalier.kernel.spi.RunningKernel.Launch;
import org.espalier.machine.ElfImage;
import org.espalier.machine.Frame;
import org.jspecify.annotations.Nullable;

/** A native component that does what a test tells it; see {@code puppet.c}. Its parent is an object of core that hands commands out. */
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

    // How it fails.
    static final long UNDEFINED = 0;
    static final long PRIVILEGED = 1;
    static final long BREAKPOINT = 2;
    static final long DIVISION = 3;
    static final long OVERFLOWING = 4;
    static final long VECTORS = 5;

    // Where things are.
    static final long BUFFER = 0;
    static final long CODE = 1;
    static final long CONSTANT = 2;
    static final long THREAD = 3;
    static final long COUNTER = 4;
    static final long TABLE = 5;
    static final long THREAD_STACK = 6;

    private static final int WORDS = 7;
    private static final Command NO_MORE = new Command(0, List.of());

    final TestDomain domain;
    private final Machine machine;
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
    Puppet(Machine machine, String name, long ram, Limits limits) {
        this.machine = machine;
        this.domain = machine.domain(name, ram, 200);
        assertThat(machine.kernel.limit(domain.number, limits)).isEmpty();
        int parent = machine.core.object(this::attend);
        assertThat(launch(machine, domain, program(), parent)).isInstanceOf(Launch.Launched.class);
    }

    Puppet(Machine machine, String name) {
        this(machine, name, 1 << 20, Limits.NONE);
    }

    static Launch launch(Machine machine, TestDomain domain, byte[] file, int parent) {
        int memory = machine.kernel.createMemory(1, (file.length + 4096) & -4096);
        machine.core.view(memory, true).write(0, file);
        Launch launch = machine.kernel.start(domain.number, memory, parent, 0, false);
        machine.kernel.destroyMemory(memory);
        return launch;
    }

    /** What it takes of a quota: pages of the program and of the stack, tables of levels 4 and 3, and two each of 2 and 1 for the two places. */
    static long ownRam() {
        if (!(ElfImage.read(program()) instanceof ElfImage.Verdict.Good(ElfImage image))) {
            throw new AssertionError("The puppet is a component.");
        }
        return (image.frames() + 16 + 1 + 1 + 2 + 2) * Frame.BYTES;
    }

    static byte[] program() {
        assumeThat(HwCarrier.obstacle().orElse("")).isEmpty();
        try (InputStream file = Puppet.class.getResourceAsStream("puppet.elf")) {
            return Objects.requireNonNull(file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The parent's side, on the puppet's thread: takes what came of the last command and waits for the next. */
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
        Machine.await("the puppet answers", () -> !answers.isEmpty() || !fault().isEmpty());
        assertThat(fault()).as("fault of %s", domain.domain).isEmpty();
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

    long address(long of) {
        return ask(ADDRESS, of);
    }

    /** Does something to it as a client of core's that has {@code capability} for its object; {@code null} if it fails. */
    static @Nullable Long request(TestDomain client, int capability, long what, long... arguments) {
        return client.in(() -> {
            write(client.kernel.message(), new Command(0, words(what, arguments)));
            int status = client.kernel.call(client.kernel.message(), capability, 0);
            return status == 0 ? Long.valueOf(answer(client.kernel.message()).result()) : null;
        });
    }

    String fault() {
        return machine.kernel.fault(domain.number);
    }

    /** Has it do something that is its end, and returns what its parent is told. */
    String fault(long what, long... arguments) {
        tell(what, arguments);
        Machine.await("the puppet faults", () -> !fault().isEmpty());
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

    /** A number of bytes that says something of the memory at {@code place} of a message. */
    static byte[] littleEndian(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }
}
