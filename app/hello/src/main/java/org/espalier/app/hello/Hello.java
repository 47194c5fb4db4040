package org.espalier.app.hello;

import org.espalier.base.Component;
import org.espalier.base.Env;

/** Writes one line to its log and ends. */
public final class Hello implements Component {
    @Override
    public void construct(Env env) {
        env.log().info("Hello from a component that has nothing but its environment.");
        env.exit(0);
    }
}
