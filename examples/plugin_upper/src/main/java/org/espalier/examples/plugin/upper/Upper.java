package org.espalier.examples.plugin.upper;

import java.util.Locale;
import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.examples.plugin.Callback;
import org.espalier.examples.plugin.CallbackRpc;
import org.espalier.examples.plugin.HostRpc;

/** Offers the function ‘upper’, which writes a text in capital letters. */
public final class Upper implements Component {
    @Override
    public void construct(Env env) {
        Callback upper = text -> Result.ok(text.toUpperCase(Locale.ROOT));
        Capability<Callback> function =
                env.ep().manage(CallbackRpc.TYPE, upper).orThrow("Creating the object of the function");
        // The last thing it does: from here on the host may call, and the entrypoint must be free to answer.
        env.connect(HostRpc.TYPE).orThrow().session().offer("upper", function).orThrow("Offering the function");
    }
}
