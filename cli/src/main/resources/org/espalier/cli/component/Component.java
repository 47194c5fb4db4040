package @package@;

import org.espalier.base.Component;
import org.espalier.base.Env;

/** Greets, and ends. All that this component may ever use comes through its {@link Env}. */
public final class @class@ implements Component {
    @Override
    public void construct(Env env) {
        env.log().info("Hello from @name@.");
        env.exit(0);
    }
}
