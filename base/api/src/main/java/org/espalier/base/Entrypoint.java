package org.espalier.base;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.base.spi.Upcalls;
import org.jspecify.annotations.Nullable;

/**
 * Handles requests to RPC objects and deliveries of signals, one at a time, in the order of their arrival. Owned by the
 * component that created it. {@link #manage}, {@link #dissolve} and {@link #handler} may be called by any thread of the
 * component; what they register runs in the entrypoint's context alone.
 *
 * <p>An object lives until it is dissolved; a call in flight finishes first.
 */
public final class Entrypoint {
    private final ComponentKernel kernel;
    private final Table table;
    private final int number;

    private Entrypoint(ComponentKernel kernel, Table table, int number) {
        this.kernel = kernel;
        this.table = table;
        this.number = number;
    }

    /** The initial entrypoint. For the start of a component and for core. */
    public static Entrypoint initial(ComponentKernel kernel) {
        Table table = new Table();
        kernel.bindInitialEntrypoint(table);
        return new Entrypoint(kernel, table, 1);
    }

    /** A further entrypoint. For core; a component has {@link Env#entrypoint}. */
    public static Result<Entrypoint> create(ComponentKernel kernel, String name) {
        Table table = new Table();
        int number = kernel.createEntrypoint(name, table);
        return number > 0 ? Result.ok(new Entrypoint(kernel, table, number)) : failed(number);
    }

    private static <T> Result<T> failed(int negatedStatus) {
        return Result.failed(Failure.ofStatus(-negatedStatus));
    }

    /** Makes {@code object} callable. Costs one capability until {@link #dissolve}. */
    public <T> Result<Capability<T>> manage(RpcType<T> type, T object) {
        Dispatcher dispatcher = type.dispatcher(object);
        long id = table.add(dispatcher, object, null);
        int index = kernel.createObject(number, id);
        if (index <= 0) {
            table.remove(id);
            return failed(index);
        }
        table.index(id, index);
        return Result.ok(Capability.at(kernel, index));
    }

    /**
     * Installs a signal handler: {@code onSignals} runs in this entrypoint with the number of submissions since it last ran.
     * Costs one capability until it is dissolved.
     */
    public Result<Capability<SignalContext>> handler(IntConsumer onSignals) {
        long id = table.add(null, onSignals, onSignals);
        int index = kernel.createSignalContext(number, id);
        if (index <= 0) {
            table.remove(id);
            return failed(index);
        }
        table.index(id, index);
        return Result.ok(Capability.at(kernel, index));
    }

    /** The own object behind a capability that came back, if it is one of this entrypoint's and of class {@code type}. */
    public <T> Result<T> lookup(Capability<?> capability, Class<T> type) {
        Served served = table.find(capability.indexFor(kernel));
        return served != null && type.isInstance(served.object())
                ? Result.ok(type.cast(served.object()))
                : Result.failed(Failure.INVALID_CAPABILITY);
    }

    /** Ends an RPC object or signal handler of this entrypoint. Its capabilities are void wherever they are. */
    public void dissolve(Capability<?> capability) {
        int index = capability.indexFor(kernel);
        if (table.removeIndex(index)) {
            kernel.dissolve(index);
        }
    }

    /** Submits a signal; what is gone gets none. */
    public void submit(Capability<SignalContext> context) {
        int index = context.indexFor(kernel);
        if (index != 0) {
            kernel.submit(index, 1);
        }
    }

    /**
     * As {@link #submit}, when the entrypoint that the calling thread is in is left: whoever is woken will mostly call back, and need
     * not wait then. For methods that are short.
     */
    public void submitOnLeave(Capability<SignalContext> context) {
        int index = context.indexFor(kernel);
        if (index != 0) {
            kernel.submitOnLeave(index);
        }
    }

    /** Ends the entrypoint with all that it serves. The initial entrypoint ends with its component alone. */
    public void destroy() {
        if (number == 1) {
            throw new IllegalStateException("The initial entrypoint ends with its component.");
        }
        kernel.destroyEntrypoint(number);
    }

    /**
     * What an entrypoint serves: an RPC object, or a signal handler.
     *
     * @param object the object as its owner knows it
     */
    private record Served(
            long id,
            @Nullable Dispatcher dispatcher,
            Object object,
            @Nullable IntConsumer handler) {}

    /**
     * What the entrypoint serves, by id. An id holds a slot in its low half and the slot's generation in its high half, so
     * that a late request for what is gone never reaches what came after it. Upcalls take no lock: they read one array
     * reference and one entry, which carries its own id.
     */
    private static final class Table implements Upcalls {
        private volatile @Nullable Served[] served = new Served[8];
        private final Map<Integer, Long> idByIndex = new HashMap<>();
        private final ArrayDeque<Integer> freeSlots = new ArrayDeque<>();
        private int used;
        private int generation;

        synchronized long add(@Nullable Dispatcher dispatcher, Object object, @Nullable IntConsumer handler) {
            Integer reused = freeSlots.poll();
            int slot = reused != null ? reused : used++;
            @Nullable Served[] entries = served;
            if (slot == entries.length) {
                entries = Arrays.copyOf(entries, slot * 2);
            }
            generation++;
            long id = (long) generation << 32 | slot;
            entries[slot] = new Served(id, dispatcher, object, handler);
            served = entries;
            return id;
        }

        synchronized void index(long id, int index) {
            idByIndex.put(index, id);
        }

        synchronized void remove(long id) {
            if (get(id) != null) {
                served[(int) id] = null;
                freeSlots.add((int) id);
            }
        }

        synchronized boolean removeIndex(int index) {
            Long id = idByIndex.remove(index);
            if (id == null) {
                return false;
            }
            remove(id);
            return true;
        }

        synchronized @Nullable Served find(int index) {
            Long id = idByIndex.get(index);
            return id == null ? null : get(id);
        }

        private @Nullable Served get(long id) {
            @Nullable Served[] entries = served;
            int slot = (int) id;
            Served entry = slot >= 0 && slot < entries.length ? entries[slot] : null;
            return entry != null && entry.id() == id ? entry : null;
        }

        @Override
        public void request(long objectId, Message message) {
            Served entry = get(objectId);
            Dispatcher dispatcher = entry == null ? null : entry.dispatcher();
            if (dispatcher == null) {
                message.releaseCapabilities();
                message.fail(Failure.GONE);
                return;
            }
            dispatcher.dispatch(message);
        }

        @Override
        public void signal(long contextId, int count) {
            Served entry = get(contextId);
            IntConsumer handler = entry == null ? null : entry.handler();
            if (handler != null) {
                handler.accept(count);
            }
        }
    }
}
