package org.espalier.base.spi;

import org.espalier.base.Failure;
import org.espalier.base.Message;

/**
 * The component half of the kernel contract: every call that the runtime inside a component makes into its kernel. One
 * instance serves one protection domain and is its only way out. Indices are those of the domain's own capability space;
 * each is checked on each use.
 *
 * <p>Operations that return an {@code int} return a positive index, or zero for success without one, or the negated {@link
 * Failure#status()}. What an operation costs is taken before it happens; an operation that fails leaves nothing behind.
 *
 * <p>Any operation may end the calling thread instead of returning when its protection domain has ended.
 *
 * <p>Thread-safe. Must be called by threads that currently execute this domain; anything else is refused with an {@link
 * IllegalStateException}.
 */
public interface ComponentKernel {
    /** The contract and wire layout that this interface belongs to; core refuses a kernel of another version. */
    int CONTRACT_VERSION = 1;

    /** Index of the capability for the parent, present from the start in every domain that has one. */
    int PARENT = 1;

    /** The message of the calling thread, or of the entrypoint that it executes. */
    Message message();

    /**
     * Calls the object at {@code capability} with the request in {@code message} and leaves the reply there.
     *
     * @param message what {@link #message()} yields on this thread; any other is refused as misuse
     * @param acceptedCaps capabilities that the reply may bring; reserved before the call
     * @return {@code 0}, or the status of the reply, which is always its word; where there was no reply, the message says only
     *     why, and brings no capabilities
     */
    int call(Message message, int capability, int acceptedCaps);

    /** Frees the slot of a received capability. Nothing happens for an own object, or for an index that names nothing. */
    void release(int capability);

    /** Creates an entrypoint whose requests and signals go to {@code upcalls}; returns its number. */
    int createEntrypoint(String name, Upcalls upcalls);

    /** Names the receiver of the upcalls of the initial entrypoint, number 1, before the first of them. */
    void bindInitialEntrypoint(Upcalls upcalls);

    /** Ends an own entrypoint with all its objects and signal contexts. */
    void destroyEntrypoint(int entrypoint);

    /** Creates an RPC object served by {@code entrypoint}; requests name it {@code objectId}. Returns its index. */
    int createObject(int entrypoint, long objectId);

    /**
     * Creates a signal context. With an {@code entrypoint}, deliveries are upcalls there that name it {@code contextId};
     * with 0, {@link #awaitSignal} waits for them. Returns its index.
     */
    int createSignalContext(int entrypoint, long contextId);

    /**
     * Ends an own RPC object or signal context: its capabilities are void everywhere, a call in flight finishes, and no
     * signal is delivered any more.
     */
    void dissolve(int capability);

    /** Submits {@code count} signals. Never blocks; what is more than a counter holds is not counted. */
    int submit(int capability, int count);

    /**
     * Submits one signal when the calling thread leaves the entrypoint that it is in, so that whoever is woken finds that free; at
     * once when it is in none, or when the kernel holds as many back already as it cares to. For methods that are short: a signal waits for as
     * long as they take.
     */
    int submitOnLeave(int capability);

    /** Blocks until the own context without entrypoint has pending signals, takes them all and returns their number. */
    int awaitSignal(int capability);

    /** Makes a dataspace accessible in this domain. */
    Attachment attach(int dataspace, long offset, long size, boolean writable);

    /** Ends an attachment; its memory can no longer be reached through it. */
    void detach(int region);

    /** Starts the thread that the CPU service created as {@code thread}. */
    int startThread(int thread, Runnable entry);

    /**
     * Stops the own domain for good: no thread of it runs on, its objects answer {@link Failure#GONE}, and its resources stay
     * what they are until its parent destroys it. Does not return.
     */
    void halt();
}
