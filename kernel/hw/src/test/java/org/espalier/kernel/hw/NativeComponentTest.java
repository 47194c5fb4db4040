package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.espalier.base.Failure;
import org.espalier.base.Limits;
import org.espalier.base.View;
import org.espalier.kernel.spi.RunningKernel.Launch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Native components in ring 3: how they are entered, what they share with JARs, what they pay, and how they end. */
final class NativeComponentTest {
    private static final long PAGE = 4096;

    private static int refused(Failure failure) {
        return -failure.status();
    }

    @Test
    void aComponentIsEnteredAsTheInterfaceSays() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            long table = puppet.address(Puppet.TABLE);
            assertThat(table).isBetween(0x6000_0000L, 0x6001_0000L);
            for (int register = 0; register < 16; register++) {
                long value = puppet.ask(Puppet.REGISTER, register);
                switch (register) {
                    case 4 -> assertThat(value % 16).as("RSP as after a call").isEqualTo(8);
                    case 7 -> assertThat(value).as("RDI").isEqualTo(table);
                    default -> assertThat(value).as("register %d", register).isZero();
                }
            }
            assertThat(puppet.ask(Puppet.LOAD, table)).as("version and size").isEqualTo(112L << 32 | 1);
            puppet.release();
        }
    }

    @Test
    void whatAComponentTakesIsPaidBeforeItBeginsAndComesBackAtItsEnd() {
        try (Machine machine = new Machine()) {
            int before = (int) machine.framesInUse();
            Puppet puppet = new Puppet(machine, "puppet", Puppet.ownRam(), Limits.NONE);
            puppet.address(Puppet.BUFFER);
            assertThat(puppet.domain.ram.available()).isZero();

            puppet.kill();
            awaitFrames(machine, before + 3);
        }
    }

    /** The frames of the library image stay the kernel's: three. */
    private static void awaitFrames(Machine machine, long count) {
        Machine.await("all frames but " + count + " are back", () -> machine.framesInUse() == count);
    }

    @Test
    void aQuotaThatDoesNotPayForTheProgramIsAFaultAndNothingStaysCharged() {
        byte[] program = Puppet.program();
        try (Machine machine = new Machine()) {
            for (long ram = 0; ram < Puppet.ownRam(); ram += PAGE) {
                TestDomain domain = machine.domain("poor", ram, 10);
                assertThat(Puppet.launch(machine, domain, program, machine.core.object(message -> {})))
                        .isInstanceOf(Launch.Launched.class);
                Machine.await(
                        "a fault", () -> !machine.kernel.fault(domain.number).isEmpty());
                assertThat(machine.kernel.fault(domain.number))
                        .isEqualTo(Puppet.told("its RAM quota does not pay for its program, a stack and page tables"));
                assertThat(domain.ram.available()).isEqualTo(ram);
                domain.kill();
            }
        }
    }

    @Test
    void aFileThatIsNoComponentIsRefusedWithTheReason() {
        byte[] program = Puppet.program();
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            byte[] dynamic = program.clone();
            dynamic[16] = 3;
            assertThat(Puppet.launch(machine, domain, dynamic, 1))
                    .isEqualTo(new Launch.NotRunnable(
                            "The ELF file is no native component. Field e_type at offset 16 is 0x3, expected 2."));
            byte[] high = program.clone();
            // The address of the last segment with memory: the header of 64 bytes, three entries of 56, and 16 in the
            // fourth.
            high[64 + 3 * 56 + 16 + 3] = 0x60;
            assertThat(Puppet.launch(machine, domain, high, 1))
                    .isInstanceOfSatisfying(
                            Launch.NotRunnable.class,
                            refusal -> assertThat(refusal.reason())
                                    .endsWith("and native components lie from 0x10000 to 0x60000000."));
        }
    }

    @Test
    void memoryIsSharedWithTheJvmAndOneThatIsReadOnlyIsNeverWritten() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            int base = machine.kernel.createMemory(1, 4 * PAGE);
            View view = machine.core.view(base, true);
            int writable = puppet.give(base);
            int readOnly = puppet.give(machine.kernel.createReadOnly(1, base));
            long region = puppet.address(Puppet.BUFFER);

            assertThat(puppet.trap(Operation.ATTACH, writable, PAGE, 2 * PAGE, 1, region))
                    .isZero();
            long start = puppet.ask(Puppet.LOAD, region);
            assertThat(puppet.ask(Puppet.LOAD, region + 8)).isEqualTo(2 * PAGE);
            puppet.ask(Puppet.STORE, start + PAGE, 0x1234);
            assertThat(view.getLong(2 * PAGE)).isEqualTo(0x1234);
            view.putLong(PAGE, 77);
            assertThat(puppet.ask(Puppet.LOAD, start)).isEqualTo(77);

            assertThat(puppet.trap(Operation.ATTACH, readOnly, 0, 0, 1, region)).isEqualTo(refused(Failure.DENIED));
            assertThat(puppet.trap(Operation.ATTACH, readOnly, 0, 0, 0, region)).isZero();
            long read = puppet.ask(Puppet.LOAD, region);
            assertThat(puppet.ask(Puppet.LOAD, read + 2 * PAGE)).isEqualTo(0x1234);
            assertThat(puppet.fault(Puppet.STORE, read, 1))
                    .startsWith(Puppet.told("page fault: write access to 0x" + Long.toHexString(read)
                            + ", where it has no right to, by"));
            assertThat(view.getLong(0)).isZero();
        }
    }

    @Test
    void whatIsAttachedIsNeverExecutedAndWhatIsExecutedNeverWritten() {
        try (Machine machine = new Machine()) {
            Puppet attacher = new Puppet(machine, "attacher");
            int dataspace = attacher.give(machine.kernel.createMemory(1, PAGE));
            long region = attacher.address(Puppet.BUFFER);
            assertThat(attacher.trap(Operation.ATTACH, dataspace, 0, 0, 1, region))
                    .isZero();
            long start = attacher.ask(Puppet.LOAD, region);
            assertThat(attacher.fault(Puppet.JUMP, start)).startsWith(Puppet.told("page fault: execute access to 0x"));

            Puppet stack = new Puppet(machine, "stack");
            assertThat(stack.fault(Puppet.JUMP, stack.ask(Puppet.REGISTER, 4)))
                    .startsWith(Puppet.told("page fault: execute access to 0x"));
            for (long place : new long[] {Puppet.CODE, Puppet.CONSTANT, Puppet.TABLE}) {
                Puppet writer = new Puppet(machine, "writer");
                assertThat(writer.fault(Puppet.STORE, writer.address(place), 0))
                        .startsWith(Puppet.told("page fault: write access to 0x"));
            }
        }
    }

    @Test
    void memoryThatIsFreedIsGoneFromRing3AtOnce() {
        try (Machine machine = new Machine()) {
            for (long pages : new long[] {1, 8, 9, 600}) {
                Puppet puppet = new Puppet(machine, "puppet");
                int memory = machine.kernel.createMemory(1, pages * PAGE);
                int dataspace = puppet.give(memory);
                long region = puppet.address(Puppet.BUFFER);
                assertThat(puppet.trap(Operation.ATTACH, dataspace, 0, 0, 1, region))
                        .isZero();
                long last = puppet.ask(Puppet.LOAD, region) + pages * PAGE - 8;
                puppet.ask(Puppet.STORE, last, 1);

                machine.kernel.destroyMemory(memory);

                assertThat(puppet.trap(Operation.ATTACH, dataspace, 0, 0, 1, region))
                        .isEqualTo(refused(Failure.GONE));
                assertThat(puppet.fault(Puppet.LOAD, last))
                        .startsWith(Puppet.told("page fault: read access to 0x" + Long.toHexString(last)
                                + ", where nothing is mapped"));
            }
        }
    }

    @Test
    void pageTablesOfAttachmentsArePaidAndDetachingRefundsThem() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet", Puppet.ownRam() + 4 * PAGE, Limits.NONE);
            long region = puppet.address(Puppet.BUFFER);
            long used = puppet.domain.ram.used();
            long caps = puppet.domain.caps.used();
            // Three tables of level 1, beside the one that the stack has.
            int large = puppet.give(machine.kernel.createMemory(1, 6 << 20));
            int small = puppet.give(machine.kernel.createMemory(1, PAGE));
            long frames = machine.framesInUse();
            for (int round = 0; round < 3; round++) {
                assertThat(puppet.trap(Operation.ATTACH, large, 0, 0, 1, region))
                        .isZero();
                long start = puppet.ask(Puppet.LOAD, region);
                assertThat(puppet.domain.ram.used()).isEqualTo(used + 3 * PAGE);
                assertThat(puppet.trap(Operation.ATTACH, small, 0, 0, 1, region))
                        .isZero();
                assertThat(puppet.domain.ram.used()).isEqualTo(used + 3 * PAGE);
                assertThat(puppet.trap(Operation.ATTACH, large, 0, 0, 1, region))
                        .isEqualTo(refused(Failure.OUT_OF_RAM));
                assertThat(puppet.domain.ram.used()).isEqualTo(used + 3 * PAGE);

                puppet.trap(Operation.DETACH, start);
                puppet.trap(Operation.DETACH, start);
                puppet.trap(Operation.DETACH, puppet.ask(Puppet.LOAD, region));
                assertThat(puppet.domain.ram.used()).isEqualTo(used);
                assertThat(puppet.domain.caps.used()).isEqualTo(caps + 2);
                assertThat(machine.framesInUse()).isEqualTo(frames);
            }
            puppet.release();
        }
    }

    @Test
    void managedMemoryIsForThoseWhoCanBeHeldUp() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            int managed = puppet.give(machine.kernel.createManaged(1, PAGE));
            long caps = puppet.domain.caps.used();
            assertThat(puppet.trap(Operation.ATTACH, managed, 0, 0, 1, puppet.address(Puppet.BUFFER)))
                    .isEqualTo(refused(Failure.UNSUPPORTED));
            assertThat(puppet.domain.caps.used()).isEqualTo(caps);
            puppet.release();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, exception 6 (invalid opcode)",
        "1, exception 13 (general protection)",
        "2, exception 3 (breakpoint)",
        "3, exception 0 (divide error)",
        "4, page fault: write access to 0x6017",
        "5, exception 13 (general protection)",
    })
    void whatARingThreeProgramMayNotDoIsItsFault(long how, String what) {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            assertThat(puppet.fault(Puppet.FAIL, how)).startsWith(Puppet.told(what));
        }
    }

    @Test
    void whoSpinsHoldsUpNobodyElse() throws Throwable {
        try (Machine machine = new Machine()) {
            Puppet first = new Puppet(machine, "first");
            Puppet second = new Puppet(machine, "second");
            Puppet busy = new Puppet(machine, "busy");
            first.tell(Puppet.SPIN);
            second.tell(Puppet.SPIN);
            for (int round = 0; round < 20; round++) {
                assertThat(busy.ask(Puppet.LOAD, busy.address(Puppet.CONSTANT))).isEqualTo(42);
            }
            Machine.await(
                    "each has had its turns",
                    () -> machine.kernel.activity(first.domain.number).cpuNanos() > 20_000_000
                            && machine.kernel.activity(second.domain.number).cpuNanos() > 20_000_000);
            assertThat(List.of(first.fault(), second.fault())).containsOnly("");
            busy.kill();
            first.kill();
            second.kill();
            Machine.await("no thread is left", () -> machine.kernel.threads() == 0);
            awaitFrames(machine, 3);
        }
    }

    @Test
    void whoSpinsBeyondItsLimitIsStopped() {
        try (Machine machine = new Machine()) {
            long none = Limits.UNLIMITED;
            Puppet puppet = new Puppet(machine, "puppet", 1 << 20, new Limits(30, none, none, none));
            assertThat(puppet.fault(Puppet.SPIN))
                    .isEqualTo("limit: the component took more than 30 % of a processor within a second");
            Machine.await("its thread has left", () -> machine.kernel.threads() == 0);
        }
    }

    @Test
    void aServerInRing3ServesTheJvmAndItsEndIsGoneToItsClients() throws Throwable {
        try (Machine machine = new Machine()) {
            Puppet server = new Puppet(machine, "server");
            int own = (int) server.trap(Operation.CREATE_OBJECT, 7);
            int context = (int) server.trap(Operation.CREATE_CONTEXT, 9, 1);
            long counter = server.address(Puppet.COUNTER);
            server.tell(Puppet.SERVE);
            TestDomain client = machine.domain("client");
            int object = server.domain.give(own, client);
            assertThat(Puppet.request(client, object, Puppet.STORE, counter, 5)).isZero();
            assertThat(Puppet.request(client, object, Puppet.LOAD, counter)).isEqualTo(5);
            int signal = server.domain.give(context, client);
            assertThat(client.<Integer>in(() -> client.kernel.submit(signal, 3)))
                    .isZero();
            assertThat(Puppet.request(client, object, Puppet.LOAD, counter)).isEqualTo(5);

            CompletableFuture<Boolean> spinning =
                    client.async(() -> Puppet.request(client, object, Puppet.SPIN) == null);
            Machine.await(
                    "it spins",
                    () -> machine.kernel.activity(server.domain.number).cpuNanos() > 10_000_000);
            server.kill();
            assertThat(Machine.get(spinning)).isTrue();
            awaitFrames(machine, 3);
        }
    }

    @Test
    void threadsOfAComponentRunBesideItsFirst() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            long counter = puppet.address(Puppet.COUNTER);
            int thread = puppet.give(machine.kernel.createThread(puppet.domain.number, "counter"));
            long body = puppet.address(Puppet.THREAD);
            long stack = puppet.address(Puppet.THREAD_STACK);
            assertThat(puppet.trap(Operation.START_THREAD, thread, body, 3, stack))
                    .isZero();
            assertThat(puppet.trap(Operation.START_THREAD, thread, body, 3, stack))
                    .isNegative();
            Machine.await("it counts in threes", () -> {
                long count = puppet.ask(Puppet.LOAD, counter);
                return count > 100 && count % 3 == 0;
            });
            for (long entry : new long[] {0, 0x8000_0000_0000_0000L, -1, body + (1L << 40)}) {
                Puppet bad = new Puppet(machine, "bad");
                int lost = bad.give(machine.kernel.createThread(bad.domain.number, "lost"));
                bad.tell(Puppet.SYSTEM_CALL, Operation.START_THREAD, lost, entry, 0, -1);
                Machine.await("a fault", () -> !bad.fault().isEmpty());
                assertThat(bad.fault()).startsWith("thread ‘lost’: ");
                bad.kill();
            }
            puppet.kill();
            Machine.await("no thread is left", () -> machine.kernel.threads() == 0);
        }
    }

    @Test
    void theLastWordsOfAComponentReachItsParent() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            long buffer = puppet.address(Puppet.BUFFER);
            puppet.ask(
                    Puppet.STORE,
                    buffer,
                    java.nio.ByteBuffer.wrap(Puppet.littleEndian(0))
                            .put("Goodbye.".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                            .getLong(0));
            assertThat(puppet.fault(Puppet.SYSTEM_CALL, Operation.FAULT, buffer, 8))
                    .isEqualTo(Puppet.told("Goodbye."));

            Puppet halting = new Puppet(machine, "halting");
            halting.tell(Puppet.SYSTEM_CALL, Operation.HALT);
            Machine.await("it has stopped", () -> Objects.requireNonNull(halting.domain.domain).stopped);
            assertThat(halting.fault()).isEmpty();
        }
    }
}
