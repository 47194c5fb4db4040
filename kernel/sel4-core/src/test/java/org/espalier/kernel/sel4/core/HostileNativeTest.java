package org.espalier.kernel.sel4.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.espalier.base.Failure;
import org.espalier.base.Limits;
import org.espalier.base.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a native component asks of core, and of the kernel itself, may be anything. The component ends by it, or is refused, and nobody else sees a difference. */
final class HostileNativeTest {
    private static final long PAGE = 4096;

    /** Bytes of a message up to its payload, and where its fields are. */
    private static final long HEAD = 40;

    private static final long LENGTH = 4;
    private static final long CAPABILITY_COUNT = 12;
    private static final long CAPABILITIES = 20;

    private static long refused(Failure failure) {
        return -failure.status();
    }

    /** Addresses where no component has anything to read or write, and such that wrap around when something is added. */
    private static LongStream nowhere() {
        return LongStream.of(
                0,
                1,
                0xfff8,
                0x6017_fff8L,
                0x6019_0000L,
                0x7fff_ffff_f000L,
                0x8000_0000_0000L,
                0xffff_8000_0000_0000L,
                0xffff_ffff_ffff_f000L,
                -8,
                -1);
    }

    private static Stream<Arguments> pointers() {
        return nowhere()
                .boxed()
                .flatMap(address -> Stream.of(
                        Arguments.of("a message", Puppet.CALL, new long[] {1, address, 0}),
                        Arguments.of("a region", Puppet.ATTACH, new long[] {0, 0, 0, 1, address}),
                        Arguments.of("a reason", Puppet.FAULT, new long[] {address, 8}),
                        Arguments.of("a request", Puppet.SERVE_CALL, new long[] {0, address, address})));
    }

    @ParameterizedTest
    @MethodSource("pointers")
    void aBadAddressInASystemCallIsTheComponentsFault(String what, int operation, long[] arguments) {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            if (operation == Puppet.ATTACH) {
                arguments[0] = puppet.give(machine.kernel.createMemory(1, PAGE));
            }
            int object = puppet.take(puppet.trap(Puppet.CREATE_OBJECT, 1));
            long[] all = LongStream.concat(LongStream.of(operation), LongStream.of(arguments))
                    .toArray();
            puppet.tell(Puppet.SYSTEM_CALL, all);
            if (operation == Puppet.SERVE_CALL) {
                int status = machine.call(object, message -> {}, reply -> {});
                assertThat(status).isEqualTo(Failure.GONE.status());
            }
            Sel4Machine.await("the puppet faults", () -> !puppet.fault().isEmpty());
            assertThat(puppet.fault())
                    .startsWith(Puppet.told("a system call named the address 0x"))
                    .contains(", where no ");
            Sel4Machine.await("all have left", () -> machine.kernel.quarantine().isEmpty());
        }
    }

    @Test
    void aMessageMayStraddlePagesAndEndWhereMemoryEnds() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            int echo = puppet.give(machine.object(message -> {
                long value = message.getLong();
                message.begin(0).putLong(value + 1);
            }));
            long buffer = puppet.address(Puppet.BUFFER);
            for (long offset : new long[] {0, PAGE - 936, PAGE - 42, PAGE - HEAD, PAGE - 6, PAGE - 1}) {
                assertThat(echoed(puppet, echo, buffer + offset))
                        .as("offset %d", offset)
                        .isEqualTo(42);
            }
            int dataspace = puppet.give(machine.kernel.createMemory(1, PAGE));
            assertThat(puppet.trap(Puppet.ATTACH, dataspace, 0, 0, 1, buffer)).isZero();
            long end = puppet.ask(Puppet.LOAD, buffer) + PAGE;
            assertThat(echoed(puppet, echo, end - HEAD - Long.BYTES)).isEqualTo(42);
            puppet.tell(Puppet.SYSTEM_CALL, Puppet.CALL, echo, end - HEAD, 0);
            // Without a payload it can be read there, and its reply cannot be put.
            Sel4Machine.await("the puppet faults", () -> !puppet.fault().isEmpty());
            assertThat(puppet.fault()).endsWith(", where no reply can be put");
        }
    }

    /** What an object replies to the number 41 in a message at {@code address}. */
    private static long echoed(Puppet puppet, int object, long address) {
        puppet.ask(Puppet.STORE, address, 8L << 32);
        puppet.ask(Puppet.STORE, address + 8, 0);
        puppet.ask(Puppet.STORE, address + HEAD, 41);
        assertThat(puppet.trap(Puppet.CALL, object, address, 0)).isZero();
        return puppet.ask(Puppet.LOAD, address + HEAD);
    }

    @Test
    void aReplyIsNotPutWhereTheComponentItselfCannotWrite() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            int object = puppet.give(machine.object(message -> message.begin(0)));
            long code = puppet.address(Puppet.CODE) & -PAGE;
            assertThat(puppet.fault(Puppet.SYSTEM_CALL, Puppet.CALL, object, code, 0))
                    .isEqualTo(Puppet.told("a system call named the address 0x" + Long.toHexString(code)
                            + ", where no reply can be put"));
        }
    }

    @Test
    void aLengthOrACountThatIsTooLargeIsNotSent() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            int[] seen = new int[2];
            int object = puppet.give(machine.object(message -> {
                seen[0] = message.length();
                seen[1] = message.capCount();
                message.begin(0);
            }));
            long buffer = puppet.address(Puppet.BUFFER);
            for (long wrong : new long[] {Message.MAX_BYTES + 1, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL}) {
                puppet.ask(Puppet.STORE, buffer + LENGTH - 4, wrong << 32);
                puppet.ask(Puppet.STORE, buffer + CAPABILITY_COUNT - 4, wrong << 32);
                seen[0] = -1;
                assertThat(puppet.trap(Puppet.CALL, object, buffer, 0)).isZero();
                assertThat(seen).containsExactly(0, 0);
            }
            for (long accepted : new long[] {4, -1, 1L << 32}) {
                Puppet greedy = new Puppet(machine, "greedy");
                int its = greedy.give(machine.object(message -> message.begin(0)));
                assertThat(greedy.fault(Puppet.SYSTEM_CALL, Puppet.CALL, its, greedy.address(Puppet.BUFFER), accepted))
                        .isEqualTo(Puppet.told("it accepted " + accepted + " capabilities of a reply"));
            }
            puppet.release();
        }
    }

    @Test
    void anIndexThatIsMadeUpNamesNothing() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            long buffer = puppet.address(Puppet.BUFFER);
            long caps = puppet.domain.caps().used();
            long invalid = refused(Failure.INVALID_CAPABILITY);
            for (long index : new long[] {0, 2, 100, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL, 1L << 32, -1}) {
                puppet.ask(Puppet.STORE, buffer, 0);
                puppet.ask(Puppet.STORE, buffer + 8, 0);
                assertThat(puppet.trap(Puppet.CALL, index, buffer, 3))
                        .as("%d", index)
                        .isEqualTo(invalid);
                assertThat(puppet.trap(Puppet.SUBMIT, index, 1)).isEqualTo(invalid);
                assertThat(puppet.trap(Puppet.AWAIT, index)).isEqualTo(invalid);
                assertThat(puppet.trap(Puppet.ATTACH, index, 0, 0, 0, buffer)).isEqualTo(invalid);
                assertThat(puppet.trap(Puppet.START_THREAD, index, 0, 0, 0)).isEqualTo(invalid);
                assertThat(puppet.trap(Puppet.DISSOLVE, index)).isZero();
                assertThat(puppet.trap(Puppet.RELEASE, index)).isZero();
                assertThat(puppet.trap(Puppet.DETACH, index)).isZero();
                // One that is sent along is looked up as well.
                puppet.ask(Puppet.STORE, buffer + 8, 1L << 32);
                puppet.ask(Puppet.STORE, buffer + CAPABILITIES - 4, index << 32);
                assertThat(puppet.trap(Puppet.CALL, 1, buffer, 0)).isEqualTo(invalid);
            }
            assertThat(puppet.domain.caps().used()).isEqualTo(caps);
            puppet.release();
        }
    }

    @Test
    void anOperationThatThereIsNotIsAFault() {
        try (Sel4Machine machine = new Sel4Machine()) {
            for (long operation : new long[] {0, 14, 60, 0xf_ffff_ffff_ffffL, 1L << 32 | Puppet.HALT}) {
                Puppet puppet = new Puppet(machine, "puppet");
                assertThat(puppet.fault(Puppet.SYSTEM_CALL, operation))
                        .isEqualTo(Puppet.told("it made the system call " + operation + ", which there is not"));
            }
        }
    }

    // ---- the kernel's own system calls: number, capability, description of the message

    private static final long CALL = -1;
    private static final long REPLY_RECV = -2;
    private static final long SEND = -3;
    private static final long NB_SEND = -4;
    private static final long RECV = -5;
    private static final long REPLY = -6;
    private static final long YIELD = -7;
    private static final long NB_RECV = -8;

    private static final long[] RECEIVING = {RECV, REPLY_RECV, NB_RECV};
    private static final long[] ALL = {CALL, SEND, RECV, REPLY_RECV, NB_RECV};

    private static long message(int label, int words) {
        return (long) label << 12 | words;
    }

    @Test
    void aSystemCallThatTheKernelHasNotIsAFaultAndThoseForDebuggingAreNone() {
        try (Sel4Machine machine = new Sel4Machine()) {
            for (long number : new long[] {0, 1, 100, -9, -10, -11, -12, -13, -14, -15, -16, -100, Long.MIN_VALUE}) {
                Puppet puppet = new Puppet(machine, "puppet");
                assertThat(puppet.fault(Puppet.RAW, number, 1, message(0, 0)))
                        .isEqualTo(Puppet.told("it made the system call " + number + ", which there is not"));
            }
        }
    }

    @Test
    void aCapabilityThatItHasNotIsAFaultForWhoeverMakesTheSystemCall() {
        try (Sel4Machine machine = new Sel4Machine()) {
            // Slots that are empty, and addresses of none. Sending to an empty slot does nothing, as in seL4.
            for (long capability : new long[] {0, 3, 4, 1L << 63, -1}) {
                boolean isSlot = capability == 0 || capability == 3;
                for (long number : isSlot ? RECEIVING : ALL) {
                    Puppet puppet = new Puppet(machine, "puppet");
                    assertThat(puppet.fault(Puppet.RAW, number, capability, message(0, 0)))
                            .isEqualTo(Puppet.told("it made a system call with the capability 0x"
                                    + Long.toHexString(capability) + ", which there is not"));
                }
            }
            Puppet receiver = new Puppet(machine, "receiver");
            assertThat(receiver.fault(Puppet.RAW, RECV, 1, 0))
                    .as("what it calls by is not for receiving")
                    .isEqualTo(Puppet.told("it made a system call with the capability 0x1, which there is not"));
        }
    }

    @Test
    void whatComesOfTheKernelsOwnSystemCallsIsTheComponentsAffairAlone() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            long context = puppet.trap(Puppet.CREATE_CONTEXT, 0, 0);
            puppet.ask(Puppet.RAW, YIELD);
            puppet.ask(Puppet.RAW, REPLY, 0, message(0, 4));
            for (long number : new long[] {CALL, SEND, NB_SEND}) {
                puppet.ask(Puppet.RAW, number, 0, message(0, 0));
            }
            // Asked without waiting for the answer.
            puppet.ask(Puppet.RAW, SEND, 1, message(Puppet.SUBMIT, 2), context, 5);
            assertThat(puppet.trap(Puppet.AWAIT, context)).isEqualTo(5);
            // More words and capabilities than there are, without a buffer to have them in.
            puppet.ask(Puppet.RAW, CALL, 1, message(Puppet.SUBMIT, 127) | 3 << 7, context, 2);
            assertThat(puppet.trap(Puppet.AWAIT, context)).isEqualTo(2);
            // A fault that it has not had.
            assertThat(puppet.fault(Puppet.RAW, CALL, 2, message(9, 0)))
                    .isEqualTo(Puppet.told("it sent a message about a fault that it has not"));
            Puppet serving = new Puppet(machine, "serving");
            serving.tell(Puppet.RAW, SEND, 1, message(Puppet.SERVE_CALL, 3), 0, 0);
            Puppet other = new Puppet(machine, "other");
            assertThat(other.ask(Puppet.LOAD, other.address(Puppet.CONSTANT))).isEqualTo(42);
            serving.kill();
            other.kill();
        }
    }

    @Test
    void signalsAreCountedAsTheInterfaceSaysWhateverTheNumber() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            long context = puppet.trap(Puppet.CREATE_CONTEXT, 0, 0);
            assertThat(puppet.trap(Puppet.SUBMIT, context, 0)).isEqualTo(refused(Failure.INVALID_ARGUMENT));
            assertThat(puppet.trap(Puppet.SUBMIT, context, 3)).isZero();
            assertThat(puppet.trap(Puppet.AWAIT, context)).isEqualTo(3);
            assertThat(puppet.trap(Puppet.SUBMIT, context, 0xffff_ffffL)).isZero();
            assertThat(puppet.trap(Puppet.AWAIT, context)).isEqualTo(Integer.MAX_VALUE);
            puppet.release();
        }
    }

    @Test
    void whoTakesAttachmentsWithoutEndStaysWithinItsQuota() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet", Puppet.ownRam() + 8 * PAGE, Limits.NONE);
            int dataspace = puppet.give(machine.kernel.createMemory(1, 512 * PAGE));
            long buffer = puppet.address(Puppet.BUFFER);
            long caps = puppet.domain.caps().available();
            long[] starts = new long[100];
            for (int i = 0; i < starts.length; i++) {
                assertThat(puppet.trap(Puppet.ATTACH, dataspace, 0, 0, 1, buffer))
                        .isZero();
                starts[i] = puppet.ask(Puppet.LOAD, buffer);
                assertThat(puppet.domain.ram().available()).isBetween(0L, 8 * PAGE);
            }
            assertThat(puppet.domain.caps().available()).isEqualTo(caps - starts.length);
            for (long start : starts) {
                assertThat(puppet.trap(Puppet.DETACH, start)).isZero();
            }
            assertThat(puppet.domain.ram().available()).isEqualTo(8 * PAGE);
            puppet.kill();
        }
    }
}
