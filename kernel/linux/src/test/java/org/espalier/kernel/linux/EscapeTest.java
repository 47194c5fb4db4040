package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.espalier.kernel.linux.ConfinedProcess.Ended;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A native component that tries to get out of its sandbox is denied each attempt, in the way that is written here and in no other. */
final class EscapeTest {
    private static final String ENTRY_FOR_32_BITS = "32-bit entry";
    private static final Confinement.Limits LIMITS = new Confinement.Limits(16, 1L << 30);
    private static final int SIGILL = 4;
    private static final int SIGTRAP = 5;
    private static final int SIGFPE = 8;
    private static final int SIGKILL = 9;
    private static final int SIGSEGV = 11;
    private static final int SIGSYS = 31;

    private static Confinement confinement;
    private static MemoryFile program;

    @BeforeAll
    static void prepare() throws IOException {
        Hosts.assumeConfinement();
        confinement = new Confinement();
        program = MemoryFile.holding("attempts", Hosts.attempts());
    }

    @AfterAll
    static void end() {
        if (program != null) {
            program.close();
            confinement.close();
        }
    }

    /** What becomes of an attempt. */
    sealed interface Outcome {
        /** The component dies by this signal. */
        record Killed(int signal) implements Outcome {}

        /** The component gets this result, and goes on. */
        record Answered(long result) implements Outcome {}
    }

    record Attempt(String what, String how, Outcome expected) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Attempt call(String what, int number, long... arguments) {
        StringBuilder how = new StringBuilder().append(number);
        for (int i = 0; i < 6; i++) {
            how.append(' ').append(i < arguments.length ? arguments[i] : 0);
        }
        return new Attempt(what, how.toString(), new Outcome.Killed(SIGSYS));
    }

    private static Attempt own(String what, int signal) {
        return new Attempt(what, what, new Outcome.Killed(signal));
    }

    private static Attempt answered(String what, long result) {
        return new Attempt(what, what, new Outcome.Answered(result));
    }

    static List<Attempt> attempts() {
        return Stream.of(files(), processes(), network(), privileges(), memory(), machine(), messages())
                .flatMap(attempts -> attempts)
                .toList();
    }

    private static Stream<Attempt> files() {
        return Stream.of(
                call("read", 0, 3, 0x400000, 1),
                call("write", 1, 3, 0x400000, 1),
                call("open", 2, 0x400000),
                call("openat", 257, -100, 0x400000),
                call("openat2", 437, -100, 0x400000),
                call("open by handle", 304, -100),
                call("creat", 85, 0x400000),
                call("stat", 4, 0x400000),
                call("chdir", 80, 0x400000),
                call("ioctl, a character for the terminal", 16, 3, 0x5412, 0x400000),
                call("fcntl", 72, 3, 0, 100),
                call("dup", 32, 3),
                call("dup2", 33, 3, 0),
                call("pipe2", 293, 0x400000),
                call("memfd_create", 319, 0x400000),
                call("ftruncate after sealing", 77, 3, 1),
                call("fallocate", 285, 3, 0, 0, 1),
                call("inotify_init1", 294),
                call("io_uring_setup", 425, 8, 0x400000),
                call("io_uring_enter", 426, 3),
                call("mount", 165),
                call("fsopen", 430),
                call("pivot_root", 155),
                call("chroot", 161, 0x400000));
    }

    private static Stream<Attempt> processes() {
        return Stream.of(
                call("fork", 57),
                call("vfork", 58),
                call("clone", 56, 17),
                call("clone3", 435, 0x400000, 88),
                call("execve", 59, 0x400000),
                call("execveat", 322, -100, 0x400000),
                call("kill all", 62, -1, 9),
                call("kill itself, as init", 62, 1, 9),
                call("tgkill", 234, 1, 1, 9),
                call("pidfd_open", 434, 1),
                call("pidfd_getfd", 438, 3, 0),
                call("ptrace me", 101, 0),
                call("ptrace attach", 101, 16, 1),
                call("process_vm_readv", 310, 1),
                call("process_vm_writev", 311, 1),
                call("wait4", 61, -1),
                call("sched_setaffinity", 203, 0, 8, 0x400000),
                call("setpriority", 141, 0, 0, -20),
                call("sched_setscheduler", 144, 0, 1, 0x400000),
                call("rt_sigaction", 13, 31, 0x400000, 0, 8),
                call("sigaltstack", 131, 0x400000));
    }

    private static Stream<Attempt> network() {
        return Stream.of(
                call("socket", 41, 2, 1),
                call("socketpair", 53, 1, 5, 0, 0x400000),
                call("connect", 42, 3, 0x400000, 16),
                call("bind", 49, 3, 0x400000, 16),
                call("setsockopt, a larger buffer", 54, 3, 1, 7, 0x400000, 4),
                call("shutdown", 48, 3, 2),
                call("sendto", 44, 3, 0x400000, 1),
                call("sendmmsg", 307, 3, 0x400000, 1),
                call("shmget", 29, 0, 4096, 0x200),
                call("mq_open", 240, 0x400000));
    }

    private static Stream<Attempt> privileges() {
        return Stream.of(
                call("unshare", 272, 0x10000000),
                call("setns", 308, 3, 0),
                call("setuid", 105, 0),
                call("capset", 126),
                call("prctl, no death with the parent", 157, 1, 0),
                call("a further seccomp program", 317, 1, 0, 0x400000),
                call("seccomp, to be notified", 317, 1, 8, 0x400000),
                call("prlimit64", 302, 0, 7, 0x400000),
                call("bpf", 321),
                call("perf_event_open", 298, 0x400000, 0, -1, -1),
                call("userfaultfd", 323, 1),
                call("add_key", 248),
                call("clock_settime", 227, 0, 0x400000),
                call("reboot", 169, 0xfee1dead, 672274793, 0x1234567),
                call("init_module", 175),
                call("kexec_load", 246),
                call("iopl", 172, 3),
                call("modify_ldt", 154, 1, 0x400000, 16),
                call("arch_prctl", 158, 0x1002, 0x400000),
                call("a number that the host does not have", 1000),
                call("the same call by the x32 entry", 0x40000000 | 47, 3, 0x400000),
                own(ENTRY_FOR_32_BITS, SIGSYS));
    }

    private static Stream<Attempt> memory() {
        return Stream.of(
                call("mprotect", 10, 0x400000, 4096, 7),
                call("mremap", 25, 0x400000, 4096, 8192, 1),
                call("mlock", 149, 0x400000, 4096),
                call("pkey_mprotect", 329, 0x400000, 4096, 7, -1),
                call("brk", 12, 0),
                call("map huge pages", 9, 0, 1 << 21, 3, 0x40022, -1),
                own("code that is written", SIGSYS),
                call("take a lock for others", 202, 0x400000, 6),
                call("hand a lock over", 202, 0x400000, 7),
                call("move waiters", 202, 0x400000, 3),
                call("futex_waitv with a clock", 449, 0x400000, 1, 0, 0x400000, 1),
                call("futex_requeue", 456, 0x400000, 0, 1, 1),
                own("memory of its own", SIGSYS),
                own("shared memory of its own", SIGSYS),
                own("a private copy of what is shared", SIGSYS),
                answered("write all of its memory", 0),
                answered("wait for foreign memory", -14),
                answered("wake foreign memory", 0),
                own("read null", SIGSEGV),
                own("write a constant", SIGSEGV),
                own("write code", SIGSEGV),
                own("run data", SIGSEGV),
                own("run the stack", SIGSEGV),
                own("read the host's memory", SIGSEGV),
                own("write over the starter", SIGSEGV),
                own("endless recursion", SIGSEGV));
    }

    private static Stream<Attempt> machine() {
        return Stream.of(
                own("halt", SIGSEGV),
                own("disable interrupts", SIGSEGV),
                own("use a port", SIGSEGV),
                own("read a control register", SIGSEGV),
                own("undefined instruction", SIGILL),
                own("breakpoint", SIGTRAP),
                own("divide by zero", SIGFPE));
    }

    private static Stream<Attempt> messages() {
        return Stream.of(
                answered("nothing", 0),
                answered("guess descriptors", 0),
                answered("a descriptor that is not there", -9),
                answered("ten thousand descriptors", -22),
                answered("an oversized message", -90));
    }

    @Test
    void thereAreManyAttempts() {
        assertThat(attempts()).hasSizeGreaterThan(100);
        assertThat(attempts().stream().map(Attempt::what)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("attempts")
    void everyAttemptEndsAsExpected(Attempt attempt) throws IOException {
        try (ConfinedProcess process = start()) {
            say(process, attempt.how());
            Outcome outcome = switch (process.channel().receive()) {
                case Channel.Received.Message message ->
                    new Outcome.Answered(message.bytes().getLong());
                case Channel.Received.Closed _ ->
                    new Outcome.Killed(process.await().code() - Ended.by(0).code());
                case Channel.Received.TooLarge _ -> throw new AssertionError("The answer was too large.");
            };
            if (attempt.what().equals(ENTRY_FOR_32_BITS) && outcome.equals(new Outcome.Killed(SIGSEGV))) {
                // A host without that entry has no call there that a seccomp program could see.
                return;
            }
            assertThat(outcome).isEqualTo(attempt.expected());
        }
    }

    @Test
    void whoClosesItsChannelCanBeKilled() throws IOException {
        try (ConfinedProcess process = start()) {
            say(process, "close the channel");
            assertThat(process.channel().receive()).isInstanceOf(Channel.Received.Closed.class);
            process.kill();
            assertThat(process.await()).isEqualTo(Ended.by(SIGKILL));
        }
    }

    @Test
    void whoNeverReturnsCanBeKilled() throws IOException {
        try (ConfinedProcess process = start()) {
            say(process, "never return");
            process.kill();
            assertThat(process.await()).isEqualTo(Ended.by(SIGKILL));
            assertThat(process.channel().receive()).isInstanceOf(Channel.Received.Closed.class);
        }
    }

    @Test
    void aFloodStopsAtTheSizeOfTheHostsBuffer() throws IOException {
        try (ConfinedProcess process = start()) {
            say(process, "flood");
            process.channel().receive();
            long received = 0;
            // Long after it has filled what the host keeps for it, which takes it less than a millisecond.
            LockSupport.parkNanos(200_000_000);
            process.kill();
            while (process.channel().receive() instanceof Channel.Received.Message) {
                received++;
            }
            assertThat(received).isBetween(1L, 2_000L);
        }
    }

    @Test
    void whoEndsTheConnectionByAMessageOfNoBytesIsHeldToIt() throws IOException {
        try (ConfinedProcess process = start()) {
            say(process, "end the connection by a message of no bytes");
            assertThat(process.channel().receive()).isInstanceOf(Channel.Received.Closed.class);
            assertThat(process.channel().receive()).isInstanceOf(Channel.Received.Closed.class);
        }
    }

    @Test
    void aMessageThatIsTooLongIsToldAndNothingOfItIsTaken() throws IOException {
        try (ConfinedProcess process = start()) {
            say(process, "a message beyond what the kernel takes");
            assertThat(process.channel().receive()).isInstanceOf(Channel.Received.TooLarge.class);
            assertThat(process.channel().receive()).isInstanceOf(Channel.Received.Message.class);
        }
    }

    @Test
    void ofDescriptorsThatAreTooManyNoneStaysOpen() throws IOException {
        try (ConfinedProcess process = start()) {
            long open = Hosts.descriptors();
            say(process, "more descriptors than the kernel takes");
            assertThat(process.channel().receive()).isInstanceOf(Channel.Received.TooLarge.class);
            assertThat(process.channel().receive()).isInstanceOf(Channel.Received.Message.class);
            assertThat(Hosts.descriptors()).isEqualTo(open);
        }
    }

    @Test
    void aComponentHasNoMoreDescriptorsThanItIsAllowed() throws IOException {
        try (ConfinedProcess process = start();
                MemoryFile given = MemoryFile.create("given", MemoryFile.PAGE)) {
            say(process, "take all descriptors");
            for (int i = 0; i < LIMITS.descriptors(); i++) {
                assertThat(process.channel().send(new byte[1], given.descriptor()))
                        .isEqualTo(Channel.Sent.SENT);
            }
            // Numbers 0 to 15, of which the channel has one.
            Channel.Received.Message answer =
                    (Channel.Received.Message) process.channel().receive();
            assertThat(answer.bytes().getLong()).isEqualTo(LIMITS.descriptors() - 1);
        }
    }

    private static ConfinedProcess start() throws IOException {
        return switch (confinement.start(program, LIMITS)) {
            case Start.Started(ConfinedProcess process) -> process;
            case Start.Failed(StartFailure failure) -> throw new AssertionError(failure);
        };
    }

    private static void say(ConfinedProcess process, String word) throws IOException {
        assertThat(process.channel().send(word.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Channel.Sent.SENT);
    }
}
