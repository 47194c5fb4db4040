package org.espalier.base;

import java.util.function.IntConsumer;

/**
 * Everything that a component has. What is not reachable from here does not exist for it.
 *
 * <p>Thread-safe for the threads of the component it was made for; useless to any other.
 */
public interface Env {
    /** The component's own protection domain. */
    Pd pd();

    /** The capability of {@link #pd}. */
    Capability<Pd> pdCapability();

    /** The session that makes threads. */
    Cpu cpu();

    /** The component's own address space. */
    RegionMap rm();

    /** Memory paid from the component's quota. */
    Ram ram();

    /** The initial entrypoint. */
    Entrypoint ep();

    /** The component's log. */
    Log log();

    /** A further entrypoint. Costs a thread. */
    Result<Entrypoint> entrypoint(String name);

    /** A signal context to wait for. Costs one capability until it is closed. */
    Result<SignalReceiver> signalReceiver();

    /** Starts a thread of the component that runs {@code body}. An exception that leaves it is a fault. */
    Result<Done> startThread(String name, Runnable body);

    /** Opens a session and waits for its outcome. */
    <T> Connect<T> connect(RpcType<T> type, SessionOptions options);

    /** Opens a session without label and parameters. */
    default <T> Connect<T> connect(RpcType<T> type) {
        return connect(type, SessionOptions.DEFAULT);
    }

    /** Sessions without waiting and without types, for components that pass on the requests of others. */
    Sessions sessions();

    /** Opens the ROM module {@code name} and attaches its content. */
    Connect<Rom> connectRom(String name);

    /** Attaches the content of a ROM session; check {@link AttachedRom#isValid}. */
    AttachedRom attach(Connection<Rom> rom);

    /**
     * The ROM module {@code name} with its content attached.
     *
     * @throws IllegalStateException naming the module, if there is none for this component
     */
    default AttachedRom rom(String name) {
        return switch (connectRom(name)) {
            case Connect.Connected<Rom>(Connection<Rom> connection) -> attach(connection);
            case Connect<Rom> refused ->
                throw new IllegalStateException("ROM module ‘" + name + "’ is not available: " + refused);
        };
    }

    /** Offers a service to the parent, served by the initial entrypoint. */
    <T> Result<Done> announce(RpcType<T> type, Root<T> root);

    /** Offers a service whose sessions are somebody else's, with the wire layout that those speak. */
    Result<Done> announce(String service, long layout, SessionBroker broker);

    /** Submits a signal; what is gone gets none. */
    void submit(Capability<SignalContext> context);

    /** Calls {@code onYield} when the parent wants resources back; {@link #yielded} answers. */
    Result<Done> onYieldRequest(IntConsumer onYield);

    /** What the parent wants back at this moment. */
    YieldRequest yieldRequest();

    /** Tells the parent that what it wants back may be taken, as far as it is not used. */
    void yielded();

    /** Tells the parent to take so much of what it wants back, as far as it is not used. */
    void yielded(RamQuota ram, CapQuota caps);

    /**
     * Asks the parent for quota on top of what the component has, without waiting; {@link Ram#alloc} waits.
     *
     * @return whether it was granted at once; otherwise {@link #onGrant} tells when something was
     */
    boolean requestResources(RamQuota ram, CapQuota caps);

    /** Calls {@code onGrant} when the parent has granted something. Once only. */
    Result<Done> onGrant(IntConsumer onGrant);

    /** Asks the parent to end this component with {@code value}. */
    void exit(int value);
}
