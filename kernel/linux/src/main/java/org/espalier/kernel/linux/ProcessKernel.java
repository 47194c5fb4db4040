package org.espalier.kernel.linux;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.espalier.base.spi.Attachment;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.base.spi.Upcalls;
import org.espalier.base.spi.Window;
import org.jspecify.annotations.Nullable;

/** The component half of the contract within the JVM of a component: packets on the channel of the calling thread. Thread-safe. */
final class ProcessKernel implements ComponentKernel {
    private static final byte[] NOTHING = {};

    /** Static as the JVM is one component. */
    private static final ThreadLocal<ThreadPort> PORTS = new ThreadLocal<>();

    private final Map<Integer, Mapping> mappings = new HashMap<>();
    private final AtomicIntegerArray releases = new AtomicIntegerArray(SlotClient.MOST_CAPABILITIES);
    private volatile @Nullable Upcalls initialUpcalls;

    private record Mapping(Window window, MappedFile file) {}

    ProcessKernel(ThreadPort initial) {
        PORTS.set(initial);
    }

    /** Makes the calling thread the one that {@code port} is for. */
    void enter(ThreadPort port) {
        PORTS.set(port);
    }

    private ThreadPort here() {
        ThreadPort port = PORTS.get();
        if (port == null) {
            throw new IllegalStateException("A thread that the kernel does not know used the environment.");
        }
        return port;
    }

    /** Who gets the upcalls of the initial entrypoint. */
    Upcalls initialUpcalls() {
        Upcalls upcalls = initialUpcalls;
        if (upcalls == null) {
            throw new IllegalStateException("The initial entrypoint was entered before it was bound.");
        }
        return upcalls;
    }

    @Override
    public Message message() {
        return here().message(this);
    }

    @Override
    public int call(Message message, int capability, int acceptedCaps) {
        ThreadPort port = here();
        if (message != port.message(this)) {
            throw new IllegalStateException("A call was made with a message that is not the calling thread's.");
        }
        return port.call(this, capability, acceptedCaps);
    }

    @Override
    public void release(int capability) {
        ThreadPort port = here();
        // Before and after: who asks for a slot meanwhile gets one for what the index named, and is not to use it for
        // what it names next.
        countRelease(capability);
        port.operate(Protocol.RELEASE, capability, 0);
        countRelease(capability);
    }

    private void countRelease(int capability) {
        if (capability > 0 && capability < SlotClient.MOST_CAPABILITIES) {
            releases.incrementAndGet(capability);
        }
    }

    /** How often an index was released by this component. */
    int releases(int capability) {
        return releases.get(capability);
    }

    @Override
    public void bindInitialEntrypoint(Upcalls upcalls) {
        initialUpcalls = upcalls;
    }

    @Override
    public int createEntrypoint(String name, Upcalls upcalls) {
        ThreadPort.Brought brought =
                here().bring(Protocol.CREATE_ENTRYPOINT, 0, 0, 0, 0, name.getBytes(StandardCharsets.UTF_8));
        if (brought.descriptor() == null) {
            if (brought.result() > 0) {
                destroyEntrypoint(brought.result());
            }
            return refusal(brought);
        }
        ThreadPort port = new ThreadPort(new PacketChannel(brought.descriptor()));
        begin(name, () -> port.serveNext(this, upcalls));
        return brought.result();
    }

    /** Why nothing came: what the kernel says, or that the host lets this process have no further descriptor. */
    private static int refusal(ThreadPort.Brought brought) {
        return brought.result() < 0 ? brought.result() : -Failure.OUT_OF_CAPS.status();
    }

    private static void begin(String name, Runnable body) {
        Thread.ofPlatform().daemon().name(name).start(body);
    }

    @Override
    public void destroyEntrypoint(int entrypoint) {
        here().operate(Protocol.DESTROY_ENTRYPOINT, entrypoint, 0);
    }

    @Override
    public int createObject(int entrypoint, long objectId) {
        return here().operate(Protocol.CREATE_OBJECT, entrypoint, objectId);
    }

    @Override
    public int createSignalContext(int entrypoint, long contextId) {
        return here().operate(Protocol.CREATE_SIGNAL_CONTEXT, entrypoint, contextId);
    }

    @Override
    public void dissolve(int capability) {
        here().operate(Protocol.DISSOLVE, capability, 0);
    }

    @Override
    public int submit(int capability, int count) {
        return here().submit(this, capability, count);
    }

    @Override
    public int submitOnLeave(int capability) {
        return here().submitOnLeave(this, capability);
    }

    @Override
    public int awaitSignal(int capability) {
        return here().operate(Protocol.AWAIT_SIGNAL, capability, 0);
    }

    @Override
    public int startThread(int thread, Runnable entry) {
        ThreadPort.Brought brought = here().bring(Protocol.START_THREAD, thread, 0, 0, 0, NOTHING);
        if (brought.descriptor() == null) {
            // One that was made has ended, as the other end of its channel is closed.
            return refusal(brought);
        }
        ThreadPort port = new ThreadPort(new PacketChannel(brought.descriptor()));
        begin("thread", () -> {
            boolean _ = port.execute(this, entry::run);
            port.close();
        });
        return 0;
    }

    @Override
    public void halt() {
        here().halt();
    }

    // ---- memory

    @Override
    public Attachment attach(int dataspace, long offset, long size, boolean writable) {
        ThreadPort port = here();
        ThreadPort.Brought brought = port.bring(Protocol.ATTACH, dataspace, offset, size, writable ? 1 : 0, NOTHING);
        Descriptor file = brought.descriptor();
        if (file == null) {
            if (brought.result() > 0) {
                port.operate(Protocol.DETACH, brought.result(), 0);
                return new Attachment.Refused(Failure.OUT_OF_CAPS);
            }
            return new Attachment.Refused(brought.failure());
        }
        try (file) {
            MappedFile mapped = new MappedFile(file, brought.first(), brought.second(), writable);
            Window window = Window.direct(mapped.memory());
            synchronized (mappings) {
                mappings.put(brought.result(), new Mapping(window, mapped));
            }
            return new Attachment.Attached(brought.result(), window);
        } catch (HostException e) {
            port.operate(Protocol.DETACH, brought.result(), 0);
            return new Attachment.Refused(Failure.OUT_OF_RAM);
        }
    }

    @Override
    public void detach(int region) {
        Mapping mapping;
        synchronized (mappings) {
            mapping = mappings.remove(region);
        }
        if (mapping != null) {
            mapping.window().revoke();
            mapping.file().close();
        }
        here().operate(Protocol.DETACH, region, 0);
    }
}
