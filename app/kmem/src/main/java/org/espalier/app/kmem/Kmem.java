package org.espalier.app.kmem;

import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.config.Node;
import org.espalier.config.Schema;

/** Plays the part that the attribute {@code role} of its configuration names; the referee gives its children theirs. */
public final class Kmem implements Component {
    /** The ROM module that holds this program. */
    static final String BINARY = "kmem";

    @Override
    public void construct(Env env) {
        Node config = Schema.of(Kmem.class.getResourceAsStream(Schema.RESOURCE))
                .read(env.rom("config").text(), env.log()::warning)
                .orElseThrow(() -> new IllegalStateException("There is no configuration to go by."));
        int probes = Math.toIntExact(config.number(Referee.PROBES).or(0L));
        switch (config.string("role", "")) {
            case "referee" -> Referee.start(env, probes);
            case "service" -> Service.start(env);
            case "victim" -> Victim.start(env, probes);
            case "guest" -> Guest.start(env);
            case "accomplice" -> Collector.start(env);
            case "attacker" -> Attacker.start(env, probes > 0);
            default -> throw new IllegalStateException(config.position() + ": there is no such role.");
        }
    }
}
