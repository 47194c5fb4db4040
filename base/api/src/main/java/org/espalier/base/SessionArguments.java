package org.espalier.base;

/**
 * A session request as it travels from the client to its parent.
 *
 * @param service name of the service
 * @param label what the client calls the session; its parents put themselves in front
 * @param parameters parameters of the service, see {@link Parameters}
 * @param ram RAM that the client donates to the server
 * @param caps capabilities that the client donates to the server
 * @param layout hash of the wire layout that the client speaks
 */
public record SessionArguments(
        String service, String label, String parameters, RamQuota ram, CapQuota caps, long layout) {
    /** Longest service name in characters. */
    public static final int MAX_SERVICE = 64;
    /** Longest parameters in characters: a domain with all limits, a priority and an affinity has some 150, and 193 with sizes of 19 digits each. */
    public static final int MAX_PARAMETERS = 192;

    /** The same request with another label. */
    public SessionArguments withLabel(String newLabel) {
        return new SessionArguments(service, newLabel, parameters, ram, caps, layout);
    }
}
