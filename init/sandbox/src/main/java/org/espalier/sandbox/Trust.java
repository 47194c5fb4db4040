package org.espalier.sandbox;

import org.espalier.base.Parameters;

/**
 * How a parent asks in a PD session for a child whose byte code is not verified. Anybody may ask: core starts such a child only if
 * the reference account is that of a trusted domain, so trust is handed down and never made.
 */
public final class Trust {
    private static final String NAME = "trusted";

    private Trust() {}

    /** The parameters of a session request, which ask for it if {@code trusted}. */
    static Parameters add(Parameters parameters, boolean trusted) {
        return trusted ? parameters.with(NAME, "yes") : parameters;
    }

    /** Whether the parameters of a session request ask for it. */
    public static boolean isAskedFor(Parameters parameters) {
        return parameters.get(NAME).filter("yes"::equals).isPresent();
    }
}
