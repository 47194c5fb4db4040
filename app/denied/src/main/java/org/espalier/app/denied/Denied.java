package org.espalier.app.denied;

import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.RomRpc;
import org.espalier.base.RpcType;
import org.espalier.base.SessionOptions;
import org.espalier.config.Node;
import org.espalier.config.Schema;

/**
 * Opens the sessions that the {@code <weather label="…"/>} and {@code <rom label="…"/>} nodes of its configuration name, one
 * after the other, says what became of each, and ends.
 */
public final class Denied implements Component {
    @Override
    public void construct(Env env) {
        Node config = Schema.of(Denied.class.getResourceAsStream(Schema.RESOURCE))
                .read(env.rom("config").text(), env.log()::warning)
                .orElseThrow(() -> new IllegalStateException("There is no configuration to go by."));
        for (Node ask : config.children()) {
            String label = ask.string("label", "");
            switch (ask.name()) {
                case "weather" -> open(env, OldWeatherRpc.TYPE, label);
                case "rom" -> open(env, RomRpc.TYPE, label);
                default -> throw new IllegalStateException("The schema has a request that is not known: " + ask + ".");
            }
        }
        env.exit(0);
    }

    private static <T> void open(Env env, RpcType<T> type, String label) {
        String session = type.name() + " session ‘" + label + "’: ";
        switch (env.connect(type, SessionOptions.DEFAULT.label(label))) {
            case Connect.Connected<T>(Connection<T> connection) -> {
                env.log().info(session + "open");
                connection.close();
            }
            case Connect.Denied<T>(String reason) -> env.log().info(session + "denied. " + reason);
            case Connect<T> unpaid -> env.log().info(session + "not paid for, " + unpaid);
        }
    }
}
