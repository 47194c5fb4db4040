package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Failure;
import org.espalier.base.RegionMap;
import org.espalier.base.Result;
import org.espalier.base.View;
import org.espalier.base.spi.Attachment;
import org.espalier.kernel.spi.RunningKernel;
import org.junit.jupiter.api.Test;

/** Memory, attachments, and managed dataspaces. */
final class MemoryTest {
    private static final long PAGE = 4096;

    private static Failure refusal(TestDomain domain, int dataspace, long offset, long size, boolean writable) {
        return domain.in(() -> domain.kernel.attach(dataspace, offset, size, writable))
                        instanceof Attachment.Refused(Failure failure)
                ? failure
                : Failure.UNSUPPORTED;
    }

    @Test
    void memoryIsZeroedAlsoAfterSomebodyElseHadIt() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            for (int round = 0; round < 5; round++) {
                int own = machine.kernel.createMemory(domain.number, 4 * PAGE);
                View view = domain.view(machine.core.give(own, domain), true);
                byte[] bytes = new byte[(int) view.size()];
                view.read(0, bytes);
                assertThat(bytes).containsOnly(0);
                java.util.Arrays.fill(bytes, (byte) 0x5a);
                view.write(0, bytes);
                machine.kernel.destroyMemory(own);
            }
        }
    }

    @Test
    void memoryIsPaidByItsDomainToTheByte() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain", 4 * PAGE, 3);
            long free = domain.ram.available();
            int invalid = -Failure.INVALID_ARGUMENT.status();
            assertThat(List.of(
                            machine.kernel.createMemory(domain.number, 0),
                            machine.kernel.createMemory(domain.number, -PAGE),
                            machine.kernel.createMemory(domain.number, PAGE + 1)))
                    .containsExactly(invalid, invalid, invalid);
            assertThat(machine.kernel.createMemory(domain.number, free + PAGE)).isEqualTo(-Failure.OUT_OF_RAM.status());

            int all = machine.kernel.createMemory(domain.number, free);
            assertThat(domain.ram.available()).isZero();
            assertThat(domain.caps.available()).isEqualTo(2);
            assertThat(machine.kernel.createMemory(domain.number, PAGE)).isEqualTo(-Failure.OUT_OF_RAM.status());
            assertThat(domain.caps.available())
                    .as("a refused allocation charges nothing")
                    .isEqualTo(2);
            machine.kernel.destroyMemory(all);
            machine.kernel.destroyMemory(all);
            assertThat(domain.ram.available()).isEqualTo(free);
            assertThat(domain.caps.available()).isEqualTo(3);
        }
    }

    @Test
    void anAttachmentOutsideOfTheDataspaceOrOfTheGridIsInvalid() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            int memory = domain.memory(4 * PAGE);
            long before = domain.caps.used();
            long[][] wrong = {
                {-PAGE, 0},
                {1, PAGE},
                {PAGE, 1},
                {4 * PAGE, 0},
                {4 * PAGE, PAGE},
                {0, 5 * PAGE},
                {3 * PAGE, 2 * PAGE},
                {0, -PAGE},
                {Long.MAX_VALUE & -PAGE, PAGE},
                {PAGE, Long.MAX_VALUE & -PAGE},
                {Long.MIN_VALUE, Long.MIN_VALUE},
            };
            for (long[] range : wrong) {
                assertThat(refusal(domain, memory, range[0], range[1], true))
                        .as("offset %d, size %d", range[0], range[1])
                        .isEqualTo(Failure.INVALID_ARGUMENT);
            }
            assertThat(domain.caps.used()).isEqualTo(before);
        }
    }

    @Test
    void aPartShowsThatPartAndNothingBeyond() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            int memory = domain.memory(4 * PAGE);
            View all = domain.view(memory, true);
            all.putLong(2 * PAGE, 42);
            View part = domain.in(() -> new RegionMap(domain.kernel)
                    .attach(Capability.<Dataspace>at(domain.kernel, memory), 2 * PAGE, PAGE, true)
                    .orThrow("Attaching"));

            assertThat(part.size()).isEqualTo(PAGE);
            assertThat(part.getLong(0)).isEqualTo(42);
            assertThatThrownBy(() -> part.getByte(PAGE)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> part.getLong(PAGE - 7)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> part.getByte(-1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> part.read(PAGE - 1, new byte[2])).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> part.write(-1, new byte[2])).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aReadOnlyCapabilityAllowsReadingAlone() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            int base = machine.kernel.createMemory(domain.number, PAGE);
            View writable = domain.view(machine.core.give(base, domain), true);
            int readOnly = machine.core.give(machine.kernel.createReadOnly(domain.number, base), domain);

            assertThat(refusal(domain, readOnly, 0, 0, true)).isEqualTo(Failure.DENIED);
            View view = domain.view(readOnly, false);
            writable.putInt(8, 7);
            assertThat(view.getInt(8)).isEqualTo(7);
            assertThatThrownBy(() -> view.putInt(8, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> view.write(0, new byte[1])).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> view.compareAndSetInt(8, 7, 1)).isInstanceOf(RuntimeException.class);
            assertThat(view.getInt(8)).isEqualTo(7);
        }
    }

    @Test
    void anAttachmentCostsOneCapabilityUntilItIsDetached() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain", PAGE, 3);
            int memory = domain.memory(PAGE);
            assertThat(domain.caps.available()).isEqualTo(1);
            View view = domain.view(memory, true);
            assertThat(domain.caps.available()).isZero();
            assertThat(refusal(domain, memory, 0, 0, true)).isEqualTo(Failure.OUT_OF_CAPS);

            domain.run(() -> {
                new RegionMap(domain.kernel).detach(view);
                new RegionMap(domain.kernel).detach(view);
                domain.kernel.detach(12345);
            });

            assertThat(domain.caps.available()).isEqualTo(1);
            assertThatThrownBy(() -> view.getByte(0)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void freedMemoryDisappearsWhereverItIsAttached() {
        try (Machine machine = new Machine()) {
            TestDomain owner = machine.domain("owner");
            TestDomain other = machine.domain("other");
            int memory = machine.kernel.createMemory(owner.number, PAGE);
            int readOnly = machine.kernel.createReadOnly(owner.number, memory);
            View ownView = owner.view(machine.core.give(memory, owner), true);
            int atOther = machine.core.give(memory, other);
            int readOnlyAtOther = machine.core.give(readOnly, other);
            View view = other.view(atOther, true);
            View readOnlyView = other.view(readOnlyAtOther, false);

            machine.kernel.destroyMemory(memory);

            for (View dead : List.of(ownView, view, readOnlyView)) {
                assertThatThrownBy(() -> dead.getByte(0)).isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThat(refusal(other, atOther, 0, 0, false)).isEqualTo(Failure.GONE);
            assertThat(refusal(other, readOnlyAtOther, 0, 0, false)).isEqualTo(Failure.GONE);
        }
    }

    @Test
    void theEndOfADomainTakesItsViews() {
        try (Machine machine = new Machine()) {
            TestDomain owner = machine.domain("owner");
            TestDomain victim = machine.domain("victim");
            int memory = machine.kernel.createMemory(owner.number, PAGE);
            View view = victim.view(machine.core.give(memory, victim), true);

            victim.kill();

            assertThatThrownBy(() -> view.putByte(0, (byte) 1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    // ---- managed dataspaces

    private record Managed(TestDomain owner, TestDomain client, int managed, int atClient, int signal) {
        static Managed in(Machine machine, long pages) {
            TestDomain owner = machine.domain("owner");
            TestDomain client = machine.domain("client");
            int managed = machine.kernel.createManaged(owner.number, pages * PAGE);
            int signal = machine.core.in(() -> machine.core.kernel.createSignalContext(0, 1));
            assertThat(machine.kernel.managedFaultSignal(managed, signal)).isZero();
            return new Managed(owner, client, managed, machine.core.give(managed, client), signal);
        }

        int attach(int memory, long at, boolean writable) {
            return owner.machine.kernel.managedAttach(managed, memory, 0, PAGE, at, writable);
        }

        int awaitFault() {
            return owner.machine.core.in(() -> owner.machine.core.kernel.awaitSignal(signal));
        }

        long fault() {
            return owner.machine.kernel.managedFault(managed);
        }
    }

    @Test
    void anAccessToAHoleWaitsUntilItIsFilled() throws Throwable {
        try (Machine machine = new Machine()) {
            Managed managed = Managed.in(machine, 4);
            View view = managed.client().view(managed.atClient(), true);
            int memory = machine.kernel.createMemory(managed.owner().number, PAGE);
            CompletableFuture<Integer> access = managed.client().async(() -> {
                view.putInt(2 * PAGE + 16, 99);
                return view.getInt(2 * PAGE + 16);
            });

            assertThat(managed.awaitFault()).isEqualTo(1);
            assertThat(managed.fault()).isEqualTo((2 * PAGE + 16) | RunningKernel.FAULT_WRITE);
            assertThat(access).isNotDone();
            assertThat(managed.attach(memory, PAGE, true)).as("beside the hole").isZero();
            assertThat(access).isNotDone();
            assertThat(managed.attach(memory, 2 * PAGE, true)).isZero();

            assertThat(Machine.get(access)).isEqualTo(99);
            assertThat(managed.fault()).isEqualTo(-1);
            View direct = managed.owner().view(machine.core.give(memory, managed.owner()), false);
            assertThat(direct.getInt(16)).isEqualTo(99);
        }
    }

    @Test
    void aWriteToAReadOnlyPartFaults() throws Throwable {
        try (Machine machine = new Machine()) {
            Managed managed = Managed.in(machine, 1);
            View view = managed.client().view(managed.atClient(), true);
            int memory = machine.kernel.createMemory(managed.owner().number, PAGE);
            assertThat(managed.attach(memory, 0, false)).isZero();
            assertThat(managed.client().<Integer>in(() -> view.getInt(4))).isZero();

            CompletableFuture<Integer> write = managed.client().async(() -> {
                view.putInt(4, 5);
                return 0;
            });
            assertThat(managed.awaitFault()).isEqualTo(1);
            assertThat(managed.fault()).isEqualTo(4 | RunningKernel.FAULT_WRITE);
            assertThat(managed.attach(memory, 0, true)).isEqualTo(-Failure.DENIED.status());
            assertThat(machine.kernel.managedDetach(managed.managed(), 0)).isZero();
            assertThat(managed.attach(memory, 0, true)).isZero();

            Machine.get(write);
            assertThat(managed.client().<Integer>in(() -> view.getInt(4))).isEqualTo(5);
        }
    }

    @Test
    void aPartThatIsDetachedIsAHoleAgain() throws Throwable {
        try (Machine machine = new Machine()) {
            Managed managed = Managed.in(machine, 1);
            View view = managed.client().view(managed.atClient(), false);
            int first = machine.kernel.createMemory(managed.owner().number, PAGE);
            int second = machine.kernel.createMemory(managed.owner().number, PAGE);
            managed.attach(first, 0, true);
            assertThat(managed.client().<Byte>in(() -> view.getByte(0))).isZero();

            machine.kernel.managedDetach(managed.managed(), 0);
            assertThat(machine.kernel.managedDetach(managed.managed(), 0))
                    .isEqualTo(-Failure.INVALID_ARGUMENT.status());
            CompletableFuture<Byte> read = managed.client().async(() -> view.getByte(0));
            assertThat(managed.awaitFault()).isEqualTo(1);
            View writer = managed.owner().view(machine.core.give(second, managed.owner()), true);
            writer.putByte(0, (byte) 33);
            managed.attach(second, 0, true);

            assertThat(Machine.get(read)).isEqualTo((byte) 33);
        }
    }

    @Test
    void freedMemoryLeavesAHole() throws Throwable {
        try (Machine machine = new Machine()) {
            Managed managed = Managed.in(machine, 1);
            View view = managed.client().view(managed.atClient(), false);
            int memory = machine.kernel.createMemory(managed.owner().number, PAGE);
            managed.attach(memory, 0, true);
            managed.client().run(() -> view.getByte(0));

            assertThat(machine.kernel.managedParts(managed.managed())).isEqualTo(1);
            machine.kernel.destroyMemory(memory);
            assertThat(machine.kernel.managedParts(managed.managed())).isZero();
            CompletableFuture<Byte> read = managed.client().async(() -> view.getByte(0));

            assertThat(managed.awaitFault()).isEqualTo(1);
            assertThat(read).isNotDone();
            machine.kernel.destroyMemory(managed.managed());
            assertThatThrownBy(() -> Machine.get(read)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whoWaitsAtAManagedDataspaceThatEndsFaults() throws Throwable {
        try (Machine machine = new Machine()) {
            Managed managed = Managed.in(machine, 1);
            View view = managed.client().view(managed.atClient(), false);
            CompletableFuture<Byte> read = managed.client().async(() -> view.getByte(0));
            assertThat(managed.awaitFault()).isEqualTo(1);

            machine.kernel.destroyMemory(managed.managed());

            assertThatThrownBy(() -> Machine.get(read))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("The managed dataspace is gone.");
        }
    }

    @Test
    void whoWaitsAtAHoleCanBeKilled() throws Throwable {
        try (Machine machine = new Machine()) {
            Managed managed = Managed.in(machine, 1);
            View view = managed.client().view(managed.atClient(), false);
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Byte> read = managed.client().async(() -> view.getByte(0), thread);
            assertThat(managed.awaitFault()).isEqualTo(1);

            managed.client().kill();

            assertThatThrownBy(() -> Machine.get(read)).isInstanceOf(DomainEnded.class);
        }
    }

    @Test
    void aDetachedViewOfAManagedDataspaceShowsNothing() {
        try (Machine machine = new Machine()) {
            Managed managed = Managed.in(machine, 1);
            TestDomain client = managed.client();
            View view = client.view(managed.atClient(), true);
            managed.attach(machine.kernel.createMemory(managed.owner().number, PAGE), 0, true);
            client.run(() -> {
                view.putByte(0, (byte) 1);
                new RegionMap(client.kernel).detach(view);
            });

            assertThatThrownBy(() -> client.in(() -> view.getByte(0))).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> client.run(() -> view.putByte(0, (byte) 2)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aViewStopsAtItsEndAlsoInAManagedDataspace() {
        try (Machine machine = new Machine()) {
            Managed managed = Managed.in(machine, 3);
            TestDomain client = managed.client();
            int memory = machine.kernel.createMemory(managed.owner().number, 3 * PAGE);
            assertThat(machine.kernel.managedAttach(managed.managed(), memory, 0, 3 * PAGE, 0, true))
                    .isZero();
            View middle = client.in(() -> new RegionMap(client.kernel)
                    .attach(Capability.<Dataspace>at(client.kernel, managed.atClient()), PAGE, PAGE, true)
                    .orThrow("Attaching"));

            client.run(() -> middle.putByte(PAGE - 1, (byte) 1));
            for (long outside : new long[] {-1, PAGE, 2 * PAGE, Long.MAX_VALUE, Long.MIN_VALUE}) {
                assertThatThrownBy(() -> client.in(() -> middle.getByte(outside)))
                        .as("offset %d", outside)
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> client.in(() -> middle.getLong(PAGE - 4)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aManagedDataspaceTakesNoOverlapAndNothingOutside() {
        try (Machine machine = new Machine()) {
            Managed managed = Managed.in(machine, 4);
            HwRunningKernel kernel = machine.kernel;
            int memory = kernel.createMemory(managed.owner().number, 2 * PAGE);
            int readOnly = kernel.createReadOnly(managed.owner().number, memory);
            int space = managed.managed();
            assertThat(kernel.managedAttach(space, memory, 0, 2 * PAGE, PAGE, true))
                    .isZero();

            int denied = -Failure.DENIED.status();
            int invalid = -Failure.INVALID_ARGUMENT.status();
            assertThat(kernel.managedAttach(space, memory, 0, PAGE, PAGE, true)).isEqualTo(denied);
            assertThat(kernel.managedAttach(space, memory, 0, 2 * PAGE, 0, true))
                    .isEqualTo(denied);
            assertThat(kernel.managedAttach(space, memory, 0, 2 * PAGE, 2 * PAGE, true))
                    .isEqualTo(denied);
            assertThat(kernel.managedAttach(space, readOnly, 0, PAGE, 0, true)).isEqualTo(denied);
            assertThat(kernel.managedAttach(space, memory, 0, 2 * PAGE, 3 * PAGE, true))
                    .isEqualTo(invalid);
            assertThat(kernel.managedAttach(space, memory, PAGE, 2 * PAGE, 0, true))
                    .isEqualTo(invalid);
            assertThat(kernel.managedAttach(space, memory, 0, 0, 0, true)).isEqualTo(invalid);
            assertThat(kernel.managedAttach(space, memory, 0, PAGE, -PAGE, true))
                    .isEqualTo(invalid);
            assertThat(kernel.managedAttach(space, memory, 0, PAGE, 1, true)).isEqualTo(invalid);
            assertThat(kernel.managedAttach(space, space, 0, PAGE, 0, true)).isEqualTo(invalid);
            assertThat(kernel.managedAttach(space, 9999, 0, PAGE, 0, true))
                    .isEqualTo(-Failure.INVALID_CAPABILITY.status());
            assertThat(kernel.managedAttach(space, readOnly, 0, PAGE, 0, false)).isZero();
        }
    }

    @Test
    void managedDataspacesThatEndedLeaveNothingInTheMemoryTheyShowed() {
        try (Machine machine = new Machine()) {
            TestDomain owner = machine.domain("owner");
            int memory = machine.kernel.createMemory(owner.number, PAGE);
            PhysicalMemory physical =
                    (PhysicalMemory) java.util.Objects.requireNonNull(machine.core.domain.lookup(memory));
            for (int i = 0; i < 10; i++) {
                int managed = machine.kernel.createManaged(owner.number, PAGE);
                assertThat(machine.kernel.managedAttach(managed, memory, 0, PAGE, 0, true))
                        .isZero();
                machine.kernel.destroyMemory(managed);
            }
            assertThat(physical.users()).isZero();
        }
    }

    @Test
    void theResultOfAttachingIsAValue() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            Result<View> none = domain.in(() -> new RegionMap(domain.kernel).attach(Capability.<Dataspace>none()));
            assertThat(none).isEqualTo(Result.failed(Failure.INVALID_CAPABILITY));
        }
    }
}
