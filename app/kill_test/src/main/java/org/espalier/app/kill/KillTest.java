package org.espalier.app.kill;

import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.config.Node;
import org.espalier.config.Schema;

/** Plays the part that the attribute {@code role} of its configuration names; the host gives its children theirs. */
public final class KillTest implements Component {
    @Override
    public void construct(Env env) {
        Node config = Schema.of(KillTest.class.getResourceAsStream(Schema.RESOURCE))
                .read(env.rom("config").text(), env.log()::warning)
                .orElseThrow(() -> new IllegalStateException("There is no configuration to go by."));
        switch (config.string("role", "")) {
            case "host" -> new Host(env, config.number("rounds").or(1L)).start();
            case "server" -> env.announce(TaskRpc.TYPE, new Server(env)).orThrow("Announcing Task");
            case "victim" -> Client.hold(env);
            case "witness" -> Client.square(env);
            default -> throw new IllegalStateException(config.position() + ": there is no such role.");
        }
    }
}
