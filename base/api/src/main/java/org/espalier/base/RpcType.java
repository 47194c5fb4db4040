package org.espalier.base;

/**
 * What the runtime knows of an RPC interface: its name, the hash of its wire layout, how to make a stub for a client and a
 * dispatcher for a server. One immutable instance per interface is generated ({@code WeatherRpc.TYPE}).
 *
 * @param <T> the RPC interface
 */
public abstract class RpcType<T> {
    private final String name;
    private final long layout;

    /** For generated code. */
    protected RpcType(String name, long layout) {
        this.name = name;
        this.layout = layout;
    }

    /** The service name. */
    public final String name() {
        return name;
    }

    /** Hash of the canonical text of the wire layout; two sides that disagree on it must not talk. */
    public final long layout() {
        return layout;
    }

    /** An object that forwards every method to the object that {@code capability} names. */
    public abstract T stub(Capability<T> capability);

    /** A dispatcher that decodes requests and runs them on {@code object}. */
    public abstract Dispatcher dispatcher(T object);
}
