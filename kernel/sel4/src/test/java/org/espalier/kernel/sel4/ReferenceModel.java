package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.espalier.kernel.sel4.ModelCap.Kind;
import org.espalier.kernel.sel4.ModelThread.State;

/**
 * What system calls do, written apart from the kernel: capabilities in slots that have addresses for names, threads, endpoints and
 * notifications as objects, and a tree of what was derived from what. It knows nothing of time, of processors, of virtual memory and
 * of who runs next; long operations are never pre-empted. A thread's fault ends it, as no thread has a handler here.
 */
final class ReferenceModel {
    /** Ways in which the model can be wrong, for the test of the test. */
    enum Mistake {
        /** What was derived from a capability that is deleted is derived from nothing. */
        ORPHANS,
        /** A signal takes the place of what was signalled before. */
        FORGOTTEN_BADGES,
        /** A signal does not reach the thread that its notification is bound to. */
        FORGOTTEN_BINDING,
        /** Untyped memory can be given out again while some of what was made of it is still there. */
        MEMORY_GIVEN_TWICE,
        /** A full slot is refused with the wrong number. */
        WRONG_ERROR
    }

    private final Set<Mistake> mistakes;
    private final ModelTree tree;
    private final ModelIpc ipc;
    private final ModelDeletion deletion;

    ReferenceModel(Set<Mistake> mistakes) {
        this.mistakes = mistakes.isEmpty() ? EnumSet.noneOf(Mistake.class) : EnumSet.copyOf(mistakes);
        this.tree = new ModelTree(mistakes.contains(Mistake.ORPHANS));
        this.ipc = new ModelIpc(tree, this.mistakes);
        this.deletion = new ModelDeletion(tree, ipc);
    }

    ModelTree tree() {
        return tree;
    }

    ModelIpc ipc() {
        return ipc;
    }

    /** The root of a thread's capability space. */
    ModelSlot space(ModelThread thread) {
        return tree.slot(thread.object + ModelIpc.CSPACE);
    }

    /** A thread makes a system call. */
    void apply(ModelThread thread, ModelCall call) {
        thread.state = State.RUNNING;
        switch (call.number()) {
            case SyscallNumber.CALL, SyscallNumber.SEND, SyscallNumber.NB_SEND -> invoke(thread, call);
            case SyscallNumber.RECV, SyscallNumber.NB_RECV -> receive(thread, call);
            case SyscallNumber.REPLY -> ipc.replyToCaller(thread);
            case SyscallNumber.REPLY_RECV -> {
                ipc.replyToCaller(thread);
                receive(thread, call);
            }
            case SyscallNumber.YIELD -> {
                // Who runs next is not the model's.
            }
            default -> throw new IllegalArgumentException("The model has no system call " + call.number() + ".");
        }
    }

    private ModelSlot find(ModelThread thread, long address) {
        return tree.find(space(thread).capOrNull(), address, Long.SIZE).slot();
    }

    private static void fault(ModelThread thread, ModelCall call) {
        if (call.number() != SyscallNumber.NB_SEND) {
            thread.state = State.INACTIVE;
        }
    }

    private void receive(ModelThread thread, ModelCall call) {
        ModelCap cap;
        try {
            cap = find(thread, call.address()).capOrNull();
        } catch (Refused _) {
            fault(thread, call);
            return;
        }
        if (cap == null || !cap.may(ModelCap.RECEIVE)) {
            fault(thread, call);
            return;
        }
        switch (cap.kind()) {
            case ENDPOINT -> {
                ipc.forgetCaller(thread);
                ipc.receive(thread, cap, call.blocks());
            }
            case NOTIFICATION -> {
                if (ipc.mayReceiveSignal(thread, cap.object())) {
                    ipc.receiveSignal(thread, cap.object(), call.blocks());
                } else {
                    fault(thread, call);
                }
            }
            default -> fault(thread, call);
        }
    }

    private void invoke(ModelThread thread, ModelCall call) {
        ModelSlot slot;
        List<ModelSlot> brought = new ArrayList<>();
        try {
            slot = find(thread, call.address());
            if (thread.hasBuffer) {
                for (long address : call.caps()) {
                    brought.add(find(thread, address));
                }
            }
        } catch (Refused _) {
            fault(thread, call);
            return;
        }
        int length = MessageInfo.length(call.info());
        if (!thread.hasBuffer) {
            length = Math.min(length, ModelThread.IN_REGISTERS);
        }
        try {
            invoke(thread, call, slot, new Arguments(MessageInfo.label(call.info()), call.words(), length, brought));
        } catch (Refused refused) {
            if (call.isCall()) {
                int written = thread.write(refused.words());
                thread.received(MessageInfo.of(refused.error(), 0, 0, written), 0);
            }
            return;
        }
        if (ipc.exists(thread) && thread.state == State.RESTART) {
            if (call.isCall()) {
                thread.received(0, 0);
            }
            thread.state = State.RUNNING;
        }
    }

    /** The message of an invocation. */
    record Arguments(long label, List<Long> words, int length, List<ModelSlot> caps) {
        void need(int count, int capCount) {
            if (length < count || caps.size() < capCount) {
                throw new Refused(SyscallError.TRUNCATED_MESSAGE);
            }
        }
    }

    private void invoke(ModelThread thread, ModelCall call, ModelSlot slot, Arguments arguments) {
        ModelCap cap = slot.capOrNull();
        if (cap == null || cap.is(Kind.ZOMBIE)) {
            throw new Refused(SyscallError.INVALID_CAPABILITY, 0);
        }
        switch (cap.kind()) {
            case ENDPOINT, NOTIFICATION -> {
                if (!cap.may(ModelCap.SEND)) {
                    throw new Refused(SyscallError.INVALID_CAPABILITY, 0);
                }
                thread.state = State.RESTART;
                if (cap.is(Kind.ENDPOINT)) {
                    ipc.send(thread, cap, call.blocks(), call.isCall());
                } else {
                    ipc.signal(cap.object(), cap.word());
                }
            }
            case REPLY -> {
                thread.state = State.RESTART;
                ipc.reply(thread, slot);
            }
            case THREAD -> onThread(thread, cap, arguments);
            case UNTYPED -> {
                boolean twice = mistakes.contains(Mistake.MEMORY_GIVEN_TWICE);
                ModelRetype retype = new ModelRetype(tree, ipc, slot, arguments, twice);
                retype.check();
                thread.state = State.RESTART;
                retype.carryOut();
            }
            case CNODE -> {
                boolean wrongError = mistakes.contains(Mistake.WRONG_ERROR);
                Runnable action = new ModelCNode(tree, ipc, deletion, thread, cap, arguments, wrongError).decide();
                thread.state = State.RESTART;
                action.run();
            }
            default -> throw new IllegalArgumentException("The model cannot invoke " + slot + ".");
        }
    }

    private void onThread(ModelThread thread, ModelCap cap, Arguments arguments) {
        ModelThread other = ipc.thread(cap.object());
        switch (RandomModelProgram.operation(arguments.label())) {
            case TCB_SUSPEND -> {
                thread.state = State.RESTART;
                ipc.suspend(other);
            }
            case TCB_RESUME -> {
                thread.state = State.RESTART;
                ipc.resume(other);
            }
            case TCB_BIND_NOTIFICATION -> {
                arguments.need(0, 1);
                ModelCap brought = arguments.caps().getFirst().capOrNull();
                if (brought == null || !brought.is(Kind.NOTIFICATION) || !brought.may(ModelCap.RECEIVE)) {
                    throw new Refused(SyscallError.ILLEGAL_OPERATION);
                }
                ipc.bind(other, brought.object());
                thread.state = State.RESTART;
            }
            case TCB_UNBIND_NOTIFICATION -> {
                if (other.bound == null) {
                    throw new Refused(SyscallError.ILLEGAL_OPERATION);
                }
                ipc.unbind(other);
                thread.state = State.RESTART;
            }
            default -> throw new Refused(SyscallError.ILLEGAL_OPERATION);
        }
    }
}
