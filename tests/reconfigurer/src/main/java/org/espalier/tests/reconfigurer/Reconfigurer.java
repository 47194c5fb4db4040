package org.espalier.tests.reconfigurer;

import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;

/** Plays as many {@link Reconfigurations} as its configuration says. */
public final class Reconfigurer implements Component {
    @Override
    public void construct(Env env) {
        Node config = switch (ConfigReader.read("config", env.rom("config").text())) {
            case ReadResult.Parsed parsed -> parsed.root();
            case ReadResult.Malformed malformed -> throw new IllegalStateException(malformed.toString());
        };
        new Reconfigurations(env, number(config, "seed"), number(config, "rounds")).start();
    }

    private static long number(Node node, String attribute) {
        return Long.parseLong(node.string(attribute, "0"));
    }
}
