package org.espalier.sandbox;

import org.espalier.base.Parameters;

/**
 * How a parent asks in a PD session for a child whose byte code is not verified. Anybody may ask: core starts such a child only if
 * the reference account is that of a trusted domain, so trust is handed down and never made.
 */
public final class Trust {
    private static final String NAME = "trusted";

    private Trust() {}

    static Parameters parameters(boolean trusted) {
        return trusted ? Parameters.NONE.with(NAME, "yes") : Parameters.NONE;
    }

    /** Whether the parameters of a session request ask for it. */
    public static boolean isAskedFor(Parameters parameters) {
        return parameters.get(NAME).filter("yes"::equals).isPresent();
    }
}
