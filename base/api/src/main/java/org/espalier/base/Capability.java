package org.espalier.base;

import org.espalier.base.spi.ComponentKernel;
import org.jspecify.annotations.Nullable;

/**
 * A capability: the right to use an object, named by an index in the holder's own capability space. The kernel checks the
 * index on every use, so guessing one yields nothing but {@link Failure#INVALID_CAPABILITY}.
 *
 * <p>A capability that arrives in a message belongs to the receiver, occupies one slot of its capability space and is paid
 * from its capability quota until {@link #release()}. Two capabilities are equal when they are the same index of the same
 * space: an owner that gets its own object back gets its own index, so equality is meaningful at the owner and nowhere else.
 *
 * <p>Immutable and thread-safe.
 *
 * @param <T> the RPC interface of the object, or {@link Dataspace} or {@link SignalContext}
 */
@SuppressWarnings("UnusedTypeParameter") // Says of what type the object is; indices have none.
public final class Capability<T> {
    private static final Capability<?> NONE = new Capability<>(null, 0);

    private final @Nullable ComponentKernel kernel;
    private final int index;

    Capability(@Nullable ComponentKernel kernel, int index) {
        this.kernel = kernel;
        this.index = index;
    }

    /** The capability that names nothing. */
    @SuppressWarnings("unchecked")
    public static <T> Capability<T> none() {
        return (Capability<T>) NONE;
    }

    /** The same capability, taken for one of a {@code T}; the object is asked only when it is called. */
    @SuppressWarnings("unchecked")
    public static <T> Capability<T> cast(Capability<?> capability) {
        return (Capability<T>) capability;
    }

    /** The capability at {@code index} of the space behind {@code kernel}. For kernels and core; nothing is checked here. */
    public static <T> Capability<T> at(ComponentKernel kernel, int index) {
        return index == 0 ? none() : new Capability<>(kernel, index);
    }

    /** Whether this names something at all; the object may be gone all the same. */
    public boolean isValid() {
        return index != 0;
    }

    /** The index in the holder's capability space, {@code 0} for {@link #none()}. */
    public int index() {
        return index;
    }

    /** The index for a message of the component behind {@code other}; 0, which names nothing, for anybody else's. */
    int indexFor(ComponentKernel other) {
        return kernel == other ? index : 0;
    }

    /**
     * Gives the capability up: its slot is free and its quota returned. At the owner of the object it only drops a received
     * copy; the object itself ends by being dissolved.
     */
    public void release() {
        if (kernel != null) {
            kernel.release(index);
        }
    }

    /** Starts a request in the calling thread's message. Used by generated stubs. */
    public Message request(int operation) {
        if (kernel == null) {
            throw new IllegalStateException("A call needs a capability, and this one names nothing.");
        }
        return kernel.message().begin(operation);
    }

    /**
     * Makes the call that the thread's message describes and waits for its reply, which is then in {@code message}. Used by
     * generated stubs.
     *
     * @param acceptedCaps how many capabilities the reply may bring; their quota is reserved before the call
     * @return whether the server replied with success; otherwise {@link #failure} says why not
     */
    public boolean call(Message message, int acceptedCaps) {
        if (message.overflowed() || kernel == null) {
            message.fail(Failure.TOO_LARGE);
            return false;
        }
        return kernel.call(message, index, acceptedCaps) == 0;
    }

    /** The failure that a reply reports; what capabilities it brought are given up. Used by generated stubs. */
    public static <R> Result<R> failure(Message message) {
        message.releaseCapabilities();
        return Result.failed(Failure.ofStatus(message.word()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Capability<?> that && kernel == that.kernel && index == that.index;
    }

    @Override
    public int hashCode() {
        return index;
    }

    @Override
    public String toString() {
        return index == 0 ? "no capability" : "capability " + index;
    }
}
