package org.espalier.base;

/**
 * What a client says of a session beside its service.
 *
 * @param label what the client calls the session
 * @param parameters parameters of the service
 * @param ram RAM to donate at first; raised when the server asks for more
 * @param caps capabilities to donate at first; raised when the server asks for more
 */
public record SessionOptions(String label, Parameters parameters, RamQuota ram, CapQuota caps) {
    /**
     * No label, no parameters, and a donation that suffices for a session without buffers of its own, of which each parent on
     * the way keeps one capability for the slot that the session takes there.
     */
    public static final SessionOptions DEFAULT =
            new SessionOptions("", Parameters.NONE, RamQuota.ZERO, new CapQuota(4));

    /** What suffices for most ROM modules, the configuration among them. */
    public static final SessionOptions ROM =
            new SessionOptions("", Parameters.NONE, new RamQuota(RamQuota.PAGE), new CapQuota(12));

    /** These options with another label. */
    public SessionOptions label(String newLabel) {
        return new SessionOptions(newLabel, parameters, ram, caps);
    }

    /** These options with one more parameter. */
    public SessionOptions parameter(String name, Object value) {
        return new SessionOptions(label, parameters.with(name, value), ram, caps);
    }

    /** These options with another donation. */
    public SessionOptions donate(RamQuota newRam, CapQuota newCaps) {
        return new SessionOptions(label, parameters, newRam, newCaps);
    }
}
