package org.espalier.kernel.sel4.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.espalier.base.Failure;
import org.espalier.base.Limits;
import org.espalier.base.View;
import org.espalier.kernel.spi.HeldCapability;
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
        try (Sel4Machine machine = new Sel4Machine()) {
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
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet", Puppet.ownRam(), Limits.NONE);
            puppet.address(Puppet.BUFFER);
            assertThat(puppet.domain.ram().available()).isZero();
            assertThat(machine.spaces()).isEqualTo(1);
            assertThat(machine.objects()).containsEntry("PageTable", 2);
            assertThat(held(machine, "puppet", "Frame"))
                    .as("the library image, which is core's")
                    .isEqualTo(3);
            assertThat(held(machine, "puppet", "Endpoint"))
                    .as("to ask core by, to tell faults by, two of its domain to receive by, and its parent")
                    .isEqualTo(5);
            assertThat(held(machine, "thread puppet: ring 3", "PML4")).isEqualTo(2);

            puppet.kill();
            awaitNoSpace(machine);
        }
    }

    private static int held(Sel4Machine machine, String holder, String type) {
        return machine.fabric.capabilities().stream()
                .filter(one -> one.holder().equals(holder) && one.type().equals(type))
                .mapToInt(HeldCapability::count)
                .sum();
    }

    /** The only address space is that of the first thread, which is empty. */
    private static void awaitNoSpace(Sel4Machine machine) {
        Sel4Machine.await("no address space is left", () -> machine.spaces() == 0);
        assertThat(machine.objects()).doesNotContainKeys("PageTable", "PageDirectory", "PDPT");
    }

    @Test
    void aQuotaThatDoesNotPayForTheProgramIsAFaultAndNothingStaysCharged() {
        byte[] program = Puppet.program();
        try (Sel4Machine machine = new Sel4Machine()) {
            for (long ram = 0; ram < Puppet.ownRam(); ram += ram < Puppet.ownRam() - 2 * PAGE ? PAGE : 1024) {
                Sel4Machine.Domain domain = machine.domain("poor", ram, 10);
                assertThat(Puppet.launch(machine, domain, program, machine.object(message -> {})))
                        .isInstanceOf(Launch.Launched.class);
                Sel4Machine.await(
                        "a fault", () -> !machine.kernel.fault(domain.number()).isEmpty());
                assertThat(machine.kernel.fault(domain.number()))
                        .isEqualTo(Puppet.told("its RAM quota does not pay for its program, a stack and page tables"));
                assertThat(domain.ram().available()).isEqualTo(ram);
                domain.kill();
            }
        }
    }

    @Test
    void aFileThatIsNoComponentIsRefusedWithTheReason() {
        byte[] program = Puppet.program();
        try (Sel4Machine machine = new Sel4Machine()) {
            Sel4Machine.Domain domain = machine.domain("domain", 1 << 20, 100);
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
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            int base = machine.kernel.createMemory(1, 4 * PAGE);
            View view = machine.view(base);
            int writable = puppet.give(base);
            int readOnly = puppet.give(machine.kernel.createReadOnly(1, base));
            long region = puppet.address(Puppet.BUFFER);

            assertThat(puppet.trap(Puppet.ATTACH, writable, PAGE, 2 * PAGE, 1, region))
                    .isZero();
            long start = puppet.ask(Puppet.LOAD, region);
            assertThat(puppet.ask(Puppet.LOAD, region + 8)).isEqualTo(2 * PAGE);
            puppet.ask(Puppet.STORE, start + PAGE, 0x1234);
            assertThat(view.getLong(2 * PAGE)).isEqualTo(0x1234);
            view.putLong(PAGE, 77);
            assertThat(puppet.ask(Puppet.LOAD, start)).isEqualTo(77);

            assertThat(puppet.trap(Puppet.ATTACH, readOnly, 0, 0, 1, region)).isEqualTo(refused(Failure.DENIED));
            assertThat(puppet.trap(Puppet.ATTACH, readOnly, 0, 0, 0, region)).isZero();
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
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet attacher = new Puppet(machine, "attacher");
            int dataspace = attacher.give(machine.kernel.createMemory(1, PAGE));
            long region = attacher.address(Puppet.BUFFER);
            assertThat(attacher.trap(Puppet.ATTACH, dataspace, 0, 0, 1, region)).isZero();
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
        try (Sel4Machine machine = new Sel4Machine()) {
            for (long pages : new long[] {1, 8, 9, 600}) {
                Puppet puppet = new Puppet(machine, "puppet");
                int memory = machine.kernel.createMemory(1, pages * PAGE);
                int dataspace = puppet.give(memory);
                long region = puppet.address(Puppet.BUFFER);
                assertThat(puppet.trap(Puppet.ATTACH, dataspace, 0, 0, 1, region))
                        .isZero();
                long last = puppet.ask(Puppet.LOAD, region) + pages * PAGE - 8;
                puppet.ask(Puppet.STORE, last, 1);

                machine.kernel.destroyMemory(memory);

                assertThat(puppet.trap(Puppet.ATTACH, dataspace, 0, 0, 1, region))
                        .isEqualTo(refused(Failure.GONE));
                assertThat(puppet.fault(Puppet.LOAD, last))
                        .startsWith(Puppet.told("page fault: read access to 0x" + Long.toHexString(last)
                                + ", where nothing is mapped"));
            }
        }
    }

    @Test
    void whatAttachmentsTakeIsPaidAndDetachingRefundsIt() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            long region = puppet.address(Puppet.BUFFER);
            int large = puppet.give(machine.kernel.createMemory(1, 6 << 20));
            int small = puppet.give(machine.kernel.createMemory(1, PAGE));
            long used = puppet.domain.ram().used();
            long caps = puppet.domain.caps().used();
            Map<String, Integer> objects = machine.objects();
            for (int round = 0; round < 3; round++) {
                assertThat(puppet.trap(Puppet.ATTACH, large, 0, 0, 1, region)).isZero();
                long start = puppet.ask(Puppet.LOAD, region);
                // Of its 1536 pages 111 are in the table that the stack has, then come three tables, the last of which
                // is not full.
                long tables = 3 * PAGE + (128 + 512 + 512 + 512) * 32;
                assertThat(puppet.domain.ram().used()).isEqualTo(used + tables);
                assertThat(puppet.trap(Puppet.ATTACH, small, 0, 0, 1, region)).isZero();
                assertThat(puppet.domain.ram().used()).isEqualTo(used + tables + 2 * 32);

                puppet.trap(Puppet.DETACH, start);
                puppet.trap(Puppet.DETACH, start);
                puppet.trap(Puppet.DETACH, puppet.ask(Puppet.LOAD, region));
                assertThat(puppet.domain.ram().used()).isEqualTo(used);
                assertThat(puppet.domain.caps().used()).isEqualTo(caps);
                assertThat(machine.objects()).isEqualTo(objects);
            }
            puppet.kill();
        }
    }

    /** A table, and capabilities for the 401 pages of 2 MiB that lie behind the table of the stack. */
    private static final long PART = PAGE + 512 * 32;

    @Test
    void whoMapsSparselyAtItsQuotaGoesOnWithThePageTablesThatItHas() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet", Puppet.ownRam() + 2 * PART, Limits.NONE);
            long region = puppet.address(Puppet.BUFFER);
            int count = 12;
            long[] starts = new long[count];
            List<View> views = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int memory = machine.kernel.createMemory(1, 512 * PAGE);
                views.add(machine.view(memory));
                assertThat(puppet.trap(Puppet.ATTACH, puppet.give(memory), 0, 0, 1, region))
                        .isZero();
                starts[i] = puppet.ask(Puppet.LOAD, region);
                assertThat(puppet.domain.ram().available()).isNotNegative();
            }
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < count; i++) {
                    puppet.ask(Puppet.STORE, starts[i] + 8L * round, 100 * round + i);
                    puppet.ask(Puppet.STORE, starts[i] + 511 * PAGE + 8L * round, 200 * round + i);
                    assertThat(puppet.domain.ram().available()).isNotNegative();
                }
            }
            for (int i = 0; i < count; i++) {
                for (int round = 0; round < 3; round++) {
                    assertThat(puppet.ask(Puppet.LOAD, starts[i] + 8L * round)).isEqualTo(100 * round + i);
                    assertThat(views.get(i).getLong(8L * round)).isEqualTo(100 * round + i);
                    assertThat(views.get(i).getLong(511 * PAGE + 8L * round)).isEqualTo(200 * round + i);
                }
            }
            // Messages may lie where nothing is mapped at this moment.
            int echo = puppet.give(machine.object(message -> message.begin(0)));
            for (long start : starts) {
                assertThat(puppet.trap(Puppet.CALL, echo, start + 100 * PAGE - 500, 0))
                        .isZero();
            }
            for (long start : starts) {
                puppet.trap(Puppet.DETACH, start);
            }
            assertThat(puppet.domain.ram().available()).as("all of it is back").isEqualTo(2 * PART);
            puppet.kill();
        }
    }

    @Test
    void oneInstructionThatNeedsMoreTablesThanAreEverPaidIsAFaultAndNoLoop() {
        try (Sel4Machine machine = new Sel4Machine()) {
            int memory = machine.kernel.createMemory(1, 512 * PAGE);
            // Behind the 111 pages that are in the table of the stack, and before the 401 that are not.
            long border = 111 * PAGE;
            Puppet poor = new Puppet(machine, "poor", Puppet.ownRam() + PART, Limits.NONE);
            long place = poor.address(Puppet.BUFFER);
            assertThat(poor.trap(Puppet.ATTACH, poor.give(memory), 0, 0, 1, place))
                    .isZero();
            long start = poor.ask(Puppet.LOAD, place);
            assertThat(start + border).isEqualTo(0x6020_0000L);
            for (int i = 0; i < 3; i++) {
                poor.ask(Puppet.STORE, start + border - 8, 1);
                poor.ask(Puppet.STORE, start + border, 2);
            }
            assertThat(poor.fault(Puppet.STORE, start + border - 4, 3))
                    .startsWith(
                            Puppet.told(
                                    "its RAM quota does not pay for the page tables of all that one instruction accesses, at 0x"));

            Puppet able = new Puppet(machine, "able", Puppet.ownRam() + PART + 128 * 32, Limits.NONE);
            long region = able.address(Puppet.BUFFER);
            assertThat(able.trap(Puppet.ATTACH, able.give(memory), 0, 0, 1, region))
                    .isZero();
            able.ask(Puppet.STORE, start + border - 4, 4);
            assertThat(able.ask(Puppet.LOAD, start + border - 4)).isEqualTo(4);
            able.release();
        }
    }

    @Test
    void whoCannotPayForTheFirstPagesOfAnAttachmentIsRefused() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet", Puppet.ownRam() + 128 * 32 - 1, Limits.NONE);
            int dataspace = puppet.give(machine.kernel.createMemory(1, 512 * PAGE));
            long caps = puppet.domain.caps().used();
            assertThat(puppet.trap(Puppet.ATTACH, dataspace, 0, 0, 1, puppet.address(Puppet.BUFFER)))
                    .isEqualTo(refused(Failure.OUT_OF_RAM));
            assertThat(puppet.domain.caps().used()).isEqualTo(caps);
            assertThat(puppet.domain.ram().available()).isEqualTo(128 * 32 - 1);
            puppet.kill();
        }
    }

    @Test
    void managedMemoryIsForThoseWhoCanBeHeldUp() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            int managed = puppet.give(machine.kernel.createManaged(1, PAGE));
            long caps = puppet.domain.caps().used();
            assertThat(puppet.trap(Puppet.ATTACH, managed, 0, 0, 1, puppet.address(Puppet.BUFFER)))
                    .isEqualTo(refused(Failure.UNSUPPORTED));
            assertThat(puppet.domain.caps().used()).isEqualTo(caps);
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
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            assertThat(puppet.fault(Puppet.FAIL, how)).startsWith(Puppet.told(what));
        }
    }

    @Test
    void whoSpinsHoldsUpNobodyElse() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet first = new Puppet(machine, "first");
            Puppet second = new Puppet(machine, "second");
            Puppet busy = new Puppet(machine, "busy");
            first.tell(Puppet.SPIN);
            second.tell(Puppet.SPIN);
            for (int round = 0; round < 20; round++) {
                assertThat(busy.ask(Puppet.LOAD, busy.address(Puppet.CONSTANT))).isEqualTo(42);
            }
            Sel4Machine.await(
                    "each has had its turns",
                    () -> machine.kernel.activity(first.domain.number()).cpuNanos() > 20_000_000
                            && machine.kernel.activity(second.domain.number()).cpuNanos() > 20_000_000);
            assertThat(List.of(first.fault(), second.fault())).containsOnly("");
            busy.kill();
            first.kill();
            second.kill();
            Sel4Machine.await("no thread is left", () -> machine.kernel.threads() == 0);
            awaitNoSpace(machine);
        }
    }

    @Test
    void whoSpinsBeyondItsLimitIsStopped() {
        try (Sel4Machine machine = new Sel4Machine()) {
            long none = Limits.UNLIMITED;
            Puppet puppet = new Puppet(machine, "puppet", 1 << 20, new Limits(30, none, none, none));
            assertThat(puppet.fault(Puppet.SPIN))
                    .isEqualTo("limit: the component took more than 30 % of a processor within a second");
            Sel4Machine.await("its thread has left", () -> machine.kernel.threads() == 0);
        }
    }

    @Test
    void aServerInRing3ServesTheJvmAndItsEndIsGoneToItsClients() {

        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet server = new Puppet(machine, "server");
            int object = server.take(server.trap(Puppet.CREATE_OBJECT, 7));
            int signal = server.take(server.trap(Puppet.CREATE_CONTEXT, 9, 1));
            long counter = server.address(Puppet.COUNTER);
            server.tell(Puppet.SERVE);
            assertThat(Puppet.request(machine, object, Puppet.STORE, counter, 5))
                    .isZero();
            assertThat(Puppet.request(machine, object, Puppet.LOAD, counter)).isEqualTo(5);
            assertThat(machine.<Integer>in(() -> machine.kernel.core().submit(signal, 3)))
                    .isZero();
            assertThat(Puppet.request(machine, object, Puppet.LOAD, counter)).isEqualTo(5);

            CompletableFuture<Boolean> spinning =
                    Sel4Machine.async(() -> Puppet.request(machine, object, Puppet.SPIN) == null);
            Sel4Machine.await(
                    "it spins",
                    () -> machine.kernel.activity(server.domain.number()).cpuNanos() > 10_000_000);
            server.kill();
            assertThat(spinning.join()).isTrue();
            awaitNoSpace(machine);
        }
    }

    @Test
    void threadsOfAComponentRunBesideItsFirst() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            long counter = puppet.address(Puppet.COUNTER);
            int thread = puppet.give(machine.kernel.createThread(puppet.domain.number(), "counter"));
            long body = puppet.address(Puppet.THREAD);
            long stack = puppet.address(Puppet.THREAD_STACK);
            assertThat(puppet.trap(Puppet.START_THREAD, thread, body, 3, stack)).isZero();
            assertThat(puppet.trap(Puppet.START_THREAD, thread, body, 3, stack)).isNegative();
            Sel4Machine.await("it counts in threes", () -> {
                long count = puppet.ask(Puppet.LOAD, counter);
                return count > 100 && count % 3 == 0;
            });
            for (long entry : new long[] {0, 0x8000_0000_0000_0000L, -1, body + (1L << 40)}) {
                Puppet bad = new Puppet(machine, "bad");
                int lost = bad.give(machine.kernel.createThread(bad.domain.number(), "lost"));
                bad.tell(Puppet.SYSTEM_CALL, Puppet.START_THREAD, lost, entry, 0, -1);
                Sel4Machine.await("a fault", () -> !bad.fault().isEmpty());
                assertThat(bad.fault()).startsWith("thread ‘lost’: ");
                bad.kill();
            }
            puppet.kill();
            Sel4Machine.await("no thread is left", () -> machine.kernel.threads() == 0);
        }
    }

    @Test
    void theLastWordsOfAComponentReachItsParent() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            long buffer = puppet.address(Puppet.BUFFER);
            puppet.ask(
                    Puppet.STORE,
                    buffer,
                    java.nio.ByteBuffer.wrap(Puppet.littleEndian(0))
                            .put("Goodbye.".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                            .getLong(0));
            assertThat(puppet.fault(Puppet.SYSTEM_CALL, Puppet.FAULT, buffer, 8))
                    .isEqualTo(Puppet.told("Goodbye."));

            Puppet halting = new Puppet(machine, "halting");
            halting.tell(Puppet.SYSTEM_CALL, Puppet.HALT);
            assertThat(halting.fault()).isEmpty();
        }
    }
}
