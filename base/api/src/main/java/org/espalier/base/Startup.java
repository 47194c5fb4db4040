package org.espalier.base;

import org.espalier.base.spi.ComponentKernel;

/** Where a kernel enters a component: the first thing that runs in a new protection domain. */
public final class Startup {
    private Startup() {}

    /** Makes the environment and constructs {@code component} in it, in the context of the initial entrypoint. */
    public static void run(ComponentKernel kernel, Component component) {
        ComponentEnv env = new ComponentEnv(kernel);
        env.answerHeartbeats();
        component.construct(env);
    }
}
