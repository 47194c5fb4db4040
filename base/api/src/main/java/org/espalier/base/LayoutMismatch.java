package org.espalier.base;

/** The one wording for a client and a server that speak different wire layouts. */
public final class LayoutMismatch {
    private LayoutMismatch() {}

    /** The reason for the denial. */
    public static String message(String service, long client, long server) {
        return "The client speaks wire layout %016x of service ‘%s’, the server speaks %016x."
                .formatted(client, service, server);
    }
}
