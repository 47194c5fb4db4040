package org.espalier.app.kill;

import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;

/** Plays the part that the attribute {@code role} of its configuration names; the host gives its children theirs. */
public final class KillTest implements Component {
    @Override
    public void construct(Env env) {
        Node config = switch (ConfigReader.read("config", env.rom("config").text())) {
            case ReadResult.Parsed parsed -> parsed.root();
            case ReadResult.Malformed malformed -> throw new IllegalStateException(malformed.toString());
        };
        switch (config.string("role", "host")) {
            case "host" -> new Host(env, config.number("rounds").or(1L)).start();
            case "server" -> env.announce(TaskRpc.TYPE, new Server(env)).orThrow("Announcing Task");
            case "victim" -> Client.hold(env);
            case "witness" -> Client.square(env);
            default -> throw new IllegalStateException(config.position() + ": there is no such role.");
        }
    }
}
