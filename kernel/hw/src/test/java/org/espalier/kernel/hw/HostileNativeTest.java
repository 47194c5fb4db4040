package org.espalier.kernel.hw;

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

/** What a native component asks of its kernel may be anything. The component ends by it, or is refused, and nobody else sees a difference. */
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
                        Arguments.of("a message", Operation.CALL, new long[] {1, address, 0}),
                        Arguments.of("a region", Operation.ATTACH, new long[] {0, 0, 0, 1, address}),
                        Arguments.of("a reason", Operation.FAULT, new long[] {address, 8}),
                        Arguments.of("a request", Operation.SERVE, new long[] {0, address, address})));
    }

    @ParameterizedTest
    @MethodSource("pointers")
    void aBadAddressInASystemCallIsTheComponentsFault(String what, int operation, long[] arguments) {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            if (operation == Operation.ATTACH) {
                arguments[0] = puppet.give(machine.kernel.createMemory(1, PAGE));
            }
            long own = puppet.trap(Operation.CREATE_OBJECT, 1);
            long[] all = LongStream.concat(LongStream.of(operation), LongStream.of(arguments))
                    .toArray();
            puppet.tell(Puppet.SYSTEM_CALL, all);
            if (operation == Operation.SERVE) {
                TestDomain client = machine.domain("client");
                int object = puppet.domain.give((int) own, client);
                Machine.await("a request fails", () -> client.call(object) == Failure.GONE.status());
            }
            Machine.await("the puppet faults", () -> !puppet.fault().isEmpty());
            assertThat(puppet.fault())
                    .startsWith(Puppet.told("a system call named the address 0x"))
                    .contains(", where no ");
            Machine.await("all have left", () -> machine.kernel.quarantine().isEmpty());
        }
    }

    @Test
    void aMessageMayStraddlePagesAndEndWhereMemoryEnds() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            int echo = puppet.give(machine.core.object(message -> {
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
            assertThat(puppet.trap(Operation.ATTACH, dataspace, 0, 0, 1, buffer))
                    .isZero();
            long end = puppet.ask(Puppet.LOAD, buffer) + PAGE;
            assertThat(echoed(puppet, echo, end - HEAD - Long.BYTES)).isEqualTo(42);
            puppet.tell(Puppet.SYSTEM_CALL, Operation.CALL, echo, end - HEAD, 0);
            // Without a payload it can be read there, and its reply cannot be put.
            Machine.await("the puppet faults", () -> !puppet.fault().isEmpty());
            assertThat(puppet.fault()).endsWith(", where no reply can be put");
        }
    }

    /** What an object replies to the number 41 in a message at {@code address}. */
    private static long echoed(Puppet puppet, int object, long address) {
        puppet.ask(Puppet.STORE, address, 8L << 32);
        puppet.ask(Puppet.STORE, address + 8, 0);
        puppet.ask(Puppet.STORE, address + HEAD, 41);
        assertThat(puppet.trap(Operation.CALL, object, address, 0)).isZero();
        return puppet.ask(Puppet.LOAD, address + HEAD);
    }

    @Test
    void aReplyIsNotPutWhereTheComponentItselfCannotWrite() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            int object = puppet.give(machine.core.object(message -> message.begin(0)));
            long code = puppet.address(Puppet.CODE) & -PAGE;
            assertThat(puppet.fault(Puppet.SYSTEM_CALL, Operation.CALL, object, code, 0))
                    .isEqualTo(Puppet.told("a system call named the address 0x" + Long.toHexString(code)
                            + ", where no reply can be put"));
        }
    }

    @Test
    void aLengthOrACountThatIsTooLargeIsNotSent() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            int[] seen = new int[2];
            int object = puppet.give(machine.core.object(message -> {
                seen[0] = message.length();
                seen[1] = message.capCount();
                message.begin(0);
            }));
            long buffer = puppet.address(Puppet.BUFFER);
            for (long wrong : new long[] {Message.MAX_BYTES + 1, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL}) {
                puppet.ask(Puppet.STORE, buffer + LENGTH - 4, wrong << 32);
                puppet.ask(Puppet.STORE, buffer + CAPABILITY_COUNT - 4, wrong << 32);
                seen[0] = -1;
                assertThat(puppet.trap(Operation.CALL, object, buffer, 0)).isZero();
                assertThat(seen).containsExactly(0, 0);
            }
            for (long accepted : new long[] {4, -1, 1L << 32}) {
                Puppet greedy = new Puppet(machine, "greedy");
                int its = greedy.give(machine.core.object(message -> message.begin(0)));
                assertThat(greedy.fault(
                                Puppet.SYSTEM_CALL, Operation.CALL, its, greedy.address(Puppet.BUFFER), accepted))
                        .isEqualTo(Puppet.told("it accepted " + accepted + " capabilities of a reply"));
            }
            puppet.release();
        }
    }

    @Test
    void anIndexThatIsMadeUpNamesNothing() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            long buffer = puppet.address(Puppet.BUFFER);
            long caps = puppet.domain.caps.used();
            long invalid = refused(Failure.INVALID_CAPABILITY);
            for (long index : new long[] {0, 2, 100, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL, 1L << 32, -1}) {
                puppet.ask(Puppet.STORE, buffer, 0);
                puppet.ask(Puppet.STORE, buffer + 8, 0);
                assertThat(puppet.trap(Operation.CALL, index, buffer, 3))
                        .as("%d", index)
                        .isEqualTo(invalid);
                assertThat(puppet.trap(Operation.SUBMIT, index, 1)).isEqualTo(invalid);
                assertThat(puppet.trap(Operation.AWAIT, index)).isEqualTo(invalid);
                assertThat(puppet.trap(Operation.ATTACH, index, 0, 0, 0, buffer))
                        .isEqualTo(invalid);
                assertThat(puppet.trap(Operation.START_THREAD, index, 0, 0, 0)).isEqualTo(invalid);
                assertThat(puppet.trap(Operation.DISSOLVE, index)).isZero();
                assertThat(puppet.trap(Operation.RELEASE, index)).isZero();
                assertThat(puppet.trap(Operation.DETACH, index)).isZero();
                // One that is sent along is looked up as well.
                puppet.ask(Puppet.STORE, buffer + 8, 1L << 32);
                puppet.ask(Puppet.STORE, buffer + CAPABILITIES - 4, index << 32);
                assertThat(puppet.trap(Operation.CALL, 1, buffer, 0)).isEqualTo(invalid);
            }
            assertThat(puppet.domain.caps.used()).isEqualTo(caps);
            puppet.release();
        }
    }

    @Test
    void aSystemCallThatThereIsNotIsAFault() {
        try (Machine machine = new Machine()) {
            for (long operation : new long[] {0, 14, 60, -1, 1L << 32 | Operation.HALT, Long.MIN_VALUE}) {
                Puppet puppet = new Puppet(machine, "puppet");
                assertThat(puppet.fault(Puppet.SYSTEM_CALL, operation))
                        .isEqualTo(Puppet.told("it made the system call " + operation + ", which there is not"));
            }
        }
    }

    @Test
    void signalsAreCountedAsTheInterfaceSaysWhateverTheNumber() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            long context = puppet.trap(Operation.CREATE_CONTEXT, 0, 0);
            assertThat(puppet.trap(Operation.SUBMIT, context, 0)).isEqualTo(refused(Failure.INVALID_ARGUMENT));
            assertThat(puppet.trap(Operation.SUBMIT, context, 3)).isZero();
            assertThat(puppet.trap(Operation.AWAIT, context)).isEqualTo(3);
            assertThat(puppet.trap(Operation.SUBMIT, context, 0xffff_ffffL)).isZero();
            assertThat(puppet.trap(Operation.AWAIT, context)).isEqualTo(Integer.MAX_VALUE);
            puppet.release();
        }
    }

    @Test
    void whoTakesAttachmentsWithoutEndIsRefusedAtItsQuota() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet", Puppet.ownRam() + 8 * PAGE, Limits.NONE);
            // Each takes more than one table of level 1 stands for.
            int dataspace = puppet.give(machine.kernel.createMemory(1, 512 * PAGE));
            long buffer = puppet.address(Puppet.BUFFER);
            long result;
            int taken = -1;
            do {
                result = puppet.trap(Operation.ATTACH, dataspace, 0, 0, 1, buffer);
                taken++;
            } while (result == 0 && taken < 100);
            assertThat(result).isEqualTo(refused(Failure.OUT_OF_RAM));
            assertThat(taken).isBetween(6, 8);
            assertThat(puppet.domain.ram.available()).isZero();
            puppet.kill();
        }
    }
}
