package org.espalier.kernel.hw;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.espalier.base.spi.Attachment;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.base.spi.Upcalls;
import org.espalier.kernel.ring3.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's end of one thread of a native component: to the kernel's tables it is code of the component's domain, which does what the
 * thread asks for by system calls. At the initial entrypoint an upcall ends the component's operation {@code serve}, and lasts until it
 * serves again.
 *
 * <p>What is asked for is hostile: indices go to the kernel's tables, which check each, addresses to the component's own page tables, and
 * everything else is checked here. What no component does is a fault.
 *
 * <p>Used by one thread at a time, as the entrypoint or the thread is.
 */
public final class NativeServant implements Upcalls {
    /** The initial entrypoint, which is the only one that a native component has. */
    private static final int ENTRYPOINT = 1;

    // What an event is of.
    private static final int REQUEST = 1;
    private static final int SIGNAL = 2;

    /** Bytes of {@code struct espalier_event}, and of {@code struct espalier_region}. */
    private static final int PAIR_BYTES = 16;

    private static final long UNSIGNED_INT = 0xffff_ffffL;

    private final NativeHost owner;
    private final NativeHost.Ring3Thread thread;
    private final UserMessage structure = new UserMessage();
    private final byte[] pair = new byte[PAIR_BYTES];
    private final ByteBuffer pairFields = ByteBuffer.wrap(pair).order(ByteOrder.LITTLE_ENDIAN);

    /** What the thread has asked for, and has no answer to yet; {@code null} before it has begun. */
    private Outcome.@Nullable Asked asked;

    /** For a thread that has not begun. */
    public NativeServant(NativeHost owner, NativeHost.Ring3Thread thread) {
        this.owner = owner;
        this.thread = thread;
    }

    /** Runs the component until it serves for the first time. */
    public void construct() {
        serve(thread.begin());
    }

    @Override
    public void request(long objectId, Message message) {
        Outcome.Asked waiting = waiting();
        demand(structure.put(owner, waiting.second(), message), waiting.second(), "no request can be put");
        putEvent(waiting.third(), REQUEST, 0, objectId);
        long reply = serve(thread.resume(0)).first();
        demand(structure.take(owner, reply, message), reply, "no reply can be read");
    }

    @Override
    public void signal(long contextId, int count) {
        putEvent(waiting().third(), SIGNAL, count, contextId);
        serve(thread.resume(0));
    }

    /** Runs a further thread of the component, until it is ended. */
    void run() {
        Outcome outcome = thread.begin();
        while (true) {
            Outcome.Asked next = asked(outcome);
            if (next.operation() == Operation.SERVE) {
                throw new Carrier.Fault("a thread asked to serve, which the initial one does alone");
            }
            outcome = thread.resume(answer(next));
        }
    }

    private Outcome.Asked waiting() {
        Outcome.Asked waiting = asked;
        if (waiting == null) {
            throw new IllegalStateException("A component is entered once it has constructed itself.");
        }
        return waiting;
    }

    /** Does what the thread asks for, until it serves. */
    private Outcome.Asked serve(Outcome first) {
        Outcome outcome = first;
        while (true) {
            Outcome.Asked next = asked(outcome);
            if (next.operation() == Operation.SERVE) {
                asked = next;
                return next;
            }
            outcome = thread.resume(answer(next));
        }
    }

    private static Outcome.Asked asked(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Asked next -> next;
            case Outcome.Faulted(String what) -> throw new Carrier.Fault(what);
            case Outcome.Ended _ -> throw new Carrier.Fault("it was ended");
        };
    }

    private static void demand(boolean possible, long address, String what) {
        if (!possible) {
            throw new Carrier.Fault(
                    "a system call named the address 0x" + Long.toHexString(address) + ", where " + what);
        }
    }

    private void putEvent(long address, int kind, int count, long id) {
        pairFields.putInt(0, kind).putInt(Integer.BYTES, count).putLong(Long.BYTES, id);
        demand(owner.copyOut(address, pair, 0, PAIR_BYTES), address, "no event can be put");
    }

    private long answer(Outcome.Asked call) {
        ComponentKernel kernel = owner.domain().kernel();
        return switch (Math.clamp(call.operation(), 0, Integer.MAX_VALUE)) {
            case Operation.CALL -> call(kernel, (int) call.first(), call.second(), call.third());
            case Operation.CREATE_OBJECT -> kernel.createObject(ENTRYPOINT, call.first());
            case Operation.CREATE_CONTEXT ->
                kernel.createSignalContext((int) call.second() != 0 ? ENTRYPOINT : 0, call.first());
            case Operation.DISSOLVE -> {
                kernel.dissolve((int) call.first());
                yield 0;
            }
            case Operation.RELEASE -> {
                kernel.release((int) call.first());
                yield 0;
            }
            case Operation.SUBMIT ->
                kernel.submit((int) call.first(), (int) Math.min(call.second() & UNSIGNED_INT, Integer.MAX_VALUE));
            case Operation.AWAIT -> kernel.awaitSignal((int) call.first());
            case Operation.ATTACH -> attach(kernel, call);
            case Operation.DETACH -> {
                OptionalInt region = owner.detach(call.first());
                region.ifPresent(kernel::detach);
                yield 0;
            }
            case Operation.START_THREAD -> startThread(kernel, call);
            case Operation.HALT -> {
                kernel.halt();
                yield 0;
            }
            case Operation.FAULT -> throw new Carrier.Fault(reason(call.first(), call.second() & UNSIGNED_INT));
            default -> throw new Carrier.Fault("it made the system call " + call.operation() + ", which there is not");
        };
    }

    private long call(ComponentKernel kernel, int capability, long address, long acceptedCaps) {
        if (acceptedCaps < 0 || acceptedCaps > Message.MAX_CAPS) {
            throw new Carrier.Fault("it accepted " + acceptedCaps + " capabilities of a reply");
        }
        Message message = kernel.message();
        demand(structure.take(owner, address, message), address, "no message can be read");
        kernel.call(message, capability, (int) acceptedCaps);
        demand(structure.put(owner, address, message), address, "no reply can be put");
        int word = message.word();
        return word >= 0 && word <= Failure.OUT_OF_STACK.status() ? -word : -Failure.MALFORMED.status();
    }

    private long attach(ComponentKernel kernel, Outcome.Asked call) {
        int dataspace = (int) call.first();
        long offset = call.second();
        boolean writable = (int) call.fourth() != 0;
        Carrier.Shown shown = owner.domain().memory(dataspace);
        return switch (kernel.attach(dataspace, offset, call.third(), writable)) {
            case Attachment.Refused(Failure failure) -> -failure.status();
            case Attachment.Attached(int region, var window) -> {
                NativeHost.Attaching attaching = attach(shown, offset, window.size(), writable, region);
                yield switch (attaching) {
                    case NativeHost.Attaching.Refused(Failure failure) -> {
                        kernel.detach(region);
                        yield -failure.status();
                    }
                    case NativeHost.Attaching.Done(long start) -> {
                        pairFields.putLong(0, start).putLong(Long.BYTES, window.size());
                        long to = call.fifth();
                        demand(owner.copyOut(to, pair, 0, PAIR_BYTES), to, "no region can be put");
                        yield 0;
                    }
                };
            }
        };
    }

    private NativeHost.Attaching attach(Carrier.Shown shown, long offset, long bytes, boolean writable, int region) {
        // The same index may have got another name between the two questions; both were the component's.
        return switch (shown) {
            case Carrier.Shown.Bytes(Carrier.Memory memory, boolean mayWrite)
            when (mayWrite || !writable) && offset + bytes <= memory.segment().byteSize() ->
                owner.attach(memory, offset, bytes, writable, region);
            case Carrier.Shown.Bytes _ -> new NativeHost.Attaching.Refused(Failure.GONE);
            // A managed dataspace: page tables would have to be filled by its owner.
            case Carrier.Shown.Nothing _ -> new NativeHost.Attaching.Refused(Failure.UNSUPPORTED);
        };
    }

    private long startThread(ComponentKernel kernel, Outcome.Asked call) {
        return switch (owner.thread(call.second(), call.third(), call.fourth())) {
            case NativeHost.Making.Refused(Failure failure) -> -failure.status();
            case NativeHost.Making.Made(NativeHost.Ring3Thread next) -> {
                int status = kernel.startThread((int) call.first(), () -> {
                    try {
                        new NativeServant(owner, next).run();
                    } finally {
                        next.end();
                    }
                });
                if (status < 0) {
                    next.end();
                }
                yield status;
            }
        };
    }

    private String reason(long address, long length) {
        byte[] text = new byte[(int) Math.min(length, Message.MAX_BYTES)];
        demand(owner.copyIn(address, text, 0, text.length), address, "no reason can be read");
        return new String(text, StandardCharsets.UTF_8);
    }
}
