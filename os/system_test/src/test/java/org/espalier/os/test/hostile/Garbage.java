package org.espalier.os.test.hostile;

import org.espalier.base.Capability;
import org.espalier.base.Env;
import org.espalier.base.Message;
import org.espalier.base.SignalContext;

/** Requests that no stub makes. */
final class Garbage {
    private Garbage() {}

    /** Sends every operation up to a dozen, without arguments, with too many, and with capabilities that are none. */
    static void send(Env env, Capability<?> target) {
        Capability<SignalContext> context = env.ep().handler(count -> {}).orElse(Capability.none());
        for (int operation = -1; operation < 12; operation++) {
            for (int shape = 0; shape < 6; shape++) {
                Message message = target.request(operation);
                switch (shape) {
                    case 0 -> {}
                    case 1 -> message.putLong(Long.MIN_VALUE);
                    case 2 -> message.putBytes(new byte[800]);
                    case 3 -> {
                        message.putCapability(context);
                        message.putCapability(context);
                        message.putCapability(target);
                    }
                    case 4 -> message.putCapability(target);
                    default -> message.putCapability(Capability.none());
                }
                if (target.call(message, 3)) {
                    message.releaseCapabilities();
                }
            }
        }
        env.ep().dissolve(context);
    }
}
