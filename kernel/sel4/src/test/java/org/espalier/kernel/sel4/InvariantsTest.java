package org.espalier.kernel.sel4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.Trap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker accepts a machine that has just been made, and finds what a defect of the kernel would leave in memory. */
final class InvariantsTest {
    private ScriptedMachine machine;
    private Kernel kernel;
    private ObjectMemory memory;
    private int tcb;
    private int node;

    @BeforeEach
    void boot() {
        machine = new ScriptedMachine(new Random(1), 1, _ -> _ -> new Trap.Preempted());
        kernel = machine.kernel();
        memory = kernel.memory();
        tcb = machine.first();
        node = Caps.firstSlot(memory.w0(TcbLayout.slot(tcb, TcbLayout.CSPACE)));
        kernel.scheduler().schedule();
        machine.invariants().check();
    }

    @AfterEach
    void end() {
        machine.close();
    }

    private void broken(String sentence) {
        ThrowingCallable check = machine.invariants()::check;
        assertThatThrownBy(check).isInstanceOf(InvariantViolation.class).hasMessageContaining(sentence);
    }

    private int free() {
        int slot = node + RootCaps.FIRST_FREE;
        while (memory.type(slot) != CapType.NULL) {
            slot++;
        }
        return slot;
    }

    private int ramUntyped() {
        int slot = node;
        while (memory.type(slot) != CapType.UNTYPED
                || Caps.has(memory.w0(slot), Caps.DEVICE)
                || Caps.a(memory.w0(slot)) < 14) {
            slot++;
        }
        return slot;
    }

    /** An object at the start of untyped memory, as retype would make it. */
    private int make(int type, int rights) {
        int untyped = ramUntyped();
        long w0 = memory.w0(untyped);
        int slot = free();
        long object = Caps.object(w0) + memory.w1(untyped);
        memory.setCap(untyped, w0, memory.w1(untyped) + 4096);
        kernel.slots().insertNew(untyped, slot, Caps.word(type, 0, 0, rights, object), 0);
        return slot;
    }

    private int makeThread() {
        int slot = make(CapType.THREAD, 0);
        kernel.threads().create(Caps.tcb(memory.w0(slot)), 0);
        return Caps.tcb(memory.w0(slot));
    }

    @Test
    void objectsMadeAsTheKernelMakesThemAreAccepted() {
        make(CapType.ENDPOINT, 15);
        kernel.ipc().resume(makeThread());
        kernel.scheduler().schedule();
        machine.invariants().check();
        assertThat(kernel.scheduler().current()).isNotEqualTo(Threads.NONE);
    }

    @Test
    void linkBackThatWasForgottenIsFound() {
        int slot = make(CapType.ENDPOINT, 15);
        memory.setPrev(slot, 0);
        broken("links of the derivation tree are symmetric");
    }

    @Test
    void neighbourThatIsEmptyIsFound() {
        int slot = make(CapType.ENDPOINT, 15);
        memory.setCap(slot, 0, 0);
        broken("a slot without capability is all zeros");
    }

    @Test
    void linkToNowhereIsFound() {
        int slot = make(CapType.ENDPOINT, 15);
        memory.setNext(slot, 0x1234);
        broken("neighbours are slots with capabilities");
    }

    @Test
    void ringIsFound() {
        int first = make(CapType.ENDPOINT, 15);
        int untyped = memory.prev(first);
        memory.setNext(first, untyped);
        memory.setPrev(untyped, first);
        broken("its lists have a beginning and an end");
    }

    @Test
    void objectInTheFreePartOfUntypedMemoryIsFound() {
        int untyped = memory.prev(make(CapType.ENDPOINT, 15));
        memory.setCap(untyped, memory.w0(untyped), 0);
        broken("what is in use is given out once");
    }

    @Test
    void objectThatIsNoDescendantOfItsMemoryIsFound() {
        int slot = make(CapType.ENDPOINT, 15);
        kernel.slots().tree().remove(slot);
        memory.setFlags(slot, true, true);
        broken("what is made of untyped memory is its descendant");
    }

    @Test
    void objectsThatOverlapAreFound() {
        int slot = make(CapType.FRAME, 0);
        long object = Caps.object(memory.w0(slot));
        kernel.slots().insertNew(memory.prev(slot), free(), Caps.word(CapType.ENDPOINT, 0, 0, 15, object + 16), 0);
        broken("objects are disjoint");
    }

    @Test
    void objectOutsideOfItsAlignmentIsFound() {
        int slot = make(CapType.NOTIFICATION, 3);
        memory.setCap(slot, memory.w0(slot) + (1L << 24), 0);
        broken("is not aligned to its size, 32 bytes");
    }

    @Test
    void deviceMemoryThatIsRamIsFound() {
        int untyped = ramUntyped();
        memory.setCap(untyped, Caps.withC(memory.w0(untyped), Caps.DEVICE), 0);
        broken("is not in memory of devices");
    }

    @Test
    void kernelMemoryGivenToAProgramIsFound() {
        int slot = make(CapType.FRAME, 0);
        memory.setCap(slot, Caps.word(CapType.FRAME, 0, VmRights.READ_WRITE, 0, KernelLayout.EMPTY_SPACE), 0);
        broken("is not in memory that is user land's");
    }

    @Test
    void zombieBesideALivingCapabilityIsFound() {
        int slot = make(CapType.THREAD, 0);
        kernel.threads().create(Caps.tcb(memory.w0(slot)), 0);
        long zombie = Caps.word(CapType.ZOMBIE, Caps.ZOMBIE_TCB, 0, 0, Caps.object(memory.w0(slot)));
        int copy = free();
        memory.setCap(copy, zombie, TcbLayout.SLOTS);
        kernel.slots().tree().insertAfter(slot, copy, false, false);
        broken("a zombie is the last capability of what it was");
    }

    @Test
    void copyThatIsNotBesideItsLikeIsFound() {
        int endpoint = make(CapType.ENDPOINT, 15);
        int other = make(CapType.ENDPOINT, 15);
        int copy = free();
        memory.setCap(copy, memory.w0(endpoint), 0);
        kernel.slots().tree().insertAfter(memory.prev(other), copy, false, false);
        broken("capabilities to one object follow one another");
    }

    @Test
    void childWithMoreRightsIsFound() {
        int endpoint = make(CapType.ENDPOINT, Caps.SEND);
        int child = free();
        memory.setCap(child, Caps.withC(memory.w0(endpoint), Caps.SEND | Caps.RECEIVE), 7);
        kernel.slots().tree().insertAfter(endpoint, child, true, true);
        broken("rights only become fewer");
    }

    @Test
    void threadThatRunsWithoutCapabilityIsFound() {
        int slot = make(CapType.THREAD, 0);
        int thread = Caps.tcb(memory.w0(slot));
        kernel.threads().create(thread, 0);
        kernel.ipc().resume(thread);
        kernel.scheduler().schedule();
        kernel.slots().empty(slot);
        // Its slots went with the capability, so the master reply capability is not seen.
        broken("and there is no capability to it");
    }

    @Test
    void threadThatIsQueuedTwiceIsFound() {
        int thread = makeThread();
        kernel.ipc().resume(thread);
        kernel.scheduler().schedule();
        machine.invariants().check();
        memory.setLinkNext(thread, TcbLayout.READY_LINKS, thread);
        broken("for a second time");
    }

    @Test
    void threadThatCanRunAndIsNotQueuedIsFound() {
        int thread = makeThread();
        kernel.ipc().resume(thread);
        kernel.scheduler().schedule();
        kernel.scheduler().dequeue(thread);
        broken("is not in a ready queue");
    }

    @Test
    void threadThatWaitsAtNothingIsFound() {
        int endpoint = make(CapType.ENDPOINT, 15);
        int thread = makeThread();
        kernel.ipc().resume(thread);
        kernel.scheduler().schedule();
        kernel.scheduler().dequeue(thread);
        long object = Caps.object(memory.w0(endpoint));
        kernel.endpoints().block(object, Endpoints.RECEIVING, thread, ThreadState.BLOCKED_ON_RECEIVE);
        machine.invariants().check();
        kernel.slots().empty(endpoint);
        broken("is in no queue of an object with a capability");
    }

    @Test
    void bindingThatOnlyOneSideKnowsIsFound() {
        int notification = make(CapType.NOTIFICATION, 3);
        int thread = makeThread();
        kernel.endpoints().bind(Caps.object(memory.w0(notification)), thread);
        machine.invariants().check();
        kernel.threads().set(thread, TcbLayout.BOUND_NOTIFICATION, 0);
        broken("which does not know it");
    }

    @Test
    void replyToAThreadThatDoesNotWaitIsFound() {
        kernel.scheduler().schedule();
        long reply = Caps.word(CapType.REPLY, 0, 0, Caps.GRANT, TcbLayout.address(tcb));
        kernel.slots().insert(reply, 0, TcbLayout.slot(tcb, TcbLayout.REPLY), free());
        broken("waits for no reply");
    }

    @Test
    void pageThatNoCapabilityMapsIsFound() {
        int frame = make(CapType.FRAME, 0);
        memory.setCap(frame, Caps.withB(memory.w0(frame), VmRights.READ_WRITE), 0);
        long root = kernel.vspaces().find(1);
        long entry = kernel.vspaces().entry(root, 0x40_8000, VSpaces.PAGE_SHIFT);
        kernel.vspaces().putPage(root, entry, Caps.object(memory.w0(frame)), VmRights.READ_WRITE, false, 0x40_8000, 12);
        kernel.scheduler().schedule();
        broken("no capability says that it is mapped there");
    }

    @Test
    void pageWithMoreRightsThanItsCapabilityIsFound() {
        kernel.scheduler().schedule();
        int slot = node + RootCaps.BOOT_INFO;
        memory.setCap(slot, Caps.withB(memory.w0(slot), VmRights.READ_ONLY), memory.w1(slot));
        broken("has more rights than its capability");
    }

    @Test
    void interruptWithoutHandlerIsFound() {
        kernel.scheduler().schedule();
        kernel.interrupts().activate(20);
        broken("Interrupt 20 is active, and has no handler capability.");
    }

    @Test
    void pinThatRaisesWhatNobodyHasIsFound() {
        kernel.scheduler().schedule();
        kernel.interrupts().route(3, 20);
        broken("Pin 3 raises interrupt 20, which is not active.");
    }

    @Test
    void portThatWasNotGivenBackIsFound() {
        kernel.scheduler().schedule();
        kernel.ports().give(64, 67);
        broken("and others are taken");
    }

    @Test
    void identifierOfNoSpaceIsFound() {
        kernel.scheduler().schedule();
        kernel.vspaces().assign(kernel.vspaces().pool(0), 9, 0x20_0000);
        broken("Identifier 9 leads to 0x200000");
    }
}
