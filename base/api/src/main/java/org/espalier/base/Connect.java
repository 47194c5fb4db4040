package org.espalier.base;

/**
 * The outcome of opening a session.
 *
 * @param <T> the RPC interface of the service
 */
public sealed interface Connect<T> {
    /** The session is open. */
    record Connected<T>(Connection<T> connection) implements Connect<T> {}

    /** The session was refused; {@code reason} says by whom and why. */
    record Denied<T>(String reason) implements Connect<T> {}

    /** This component has less unused RAM than the session takes. */
    record OutOfRam<T>(RamQuota needed, RamQuota available) implements Connect<T> {}

    /** This component has fewer unused capabilities than the session takes. */
    record OutOfCaps<T>(CapQuota needed, CapQuota available) implements Connect<T> {}

    /**
     * The connection, where the component cannot do without.
     *
     * @throws IllegalStateException with the reason if there is none, which is a fault of the component
     */
    default Connection<T> orThrow() {
        return switch (this) {
            case Connected<T>(Connection<T> connection) -> connection;
            case Denied<T>(String reason) -> throw new IllegalStateException(reason);
            case OutOfRam<T>(RamQuota needed, RamQuota available) ->
                throw new IllegalStateException(
                        "The session needs " + needed + " of RAM, and " + available + " is available.");
            case OutOfCaps<T>(CapQuota needed, CapQuota available) ->
                throw new IllegalStateException(
                        "The session needs " + needed + " capabilities, and " + available + " are available.");
        };
    }
}
