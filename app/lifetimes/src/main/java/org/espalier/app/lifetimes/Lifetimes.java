package org.espalier.app.lifetimes;

import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.config.ByteSize;
import org.espalier.config.Node;
import org.espalier.config.Schema;

/** Plays the part that the attribute {@code role} of its configuration names. */
public final class Lifetimes implements Component {
    @Override
    public void construct(Env env) {
        Node config = Schema.of(Lifetimes.class.getResourceAsStream(Schema.RESOURCE))
                .read(env.rom("config").text(), env.log()::warning)
                .orElseThrow(() -> new IllegalStateException("There is no configuration to go by."));
        switch (config.string("role", "")) {
            case "requester" -> Requester.start(env, ram(config, "granted"), ram(config, "refused"));
            case "yield_host" ->
                YieldHost.start(
                        env,
                        config.child("config")
                                .orElseThrow(() -> new IllegalStateException(
                                        config.position() + ": a yield_host has a <config> for its init.")));
            case "holder" -> Holder.start(env, ram(config, "amount"));
            case "miser" -> Miser.start(env);
            case "bomb_host" ->
                BombHost.start(
                        env,
                        config.number("rounds").or(1L),
                        config.number("size").or(1L));
            case "bomb" -> Bomb.explode(env);
            case "fault_host" -> FaultHost.start(env);
            case "healthy" -> env.log().info("started");
            case "stuck" -> Stuck.start(env);
            case "pager" -> Pager.start(env);
            case "toucher" -> Toucher.start(env);
            case "owner" -> Owner.start(env);
            case "visitor" -> Visitor.start(env);
            case "faulty" -> Faulty.start(env, config.string("kind", ""));
            default -> throw new IllegalStateException(config.position() + ": there is no such role.");
        }
    }

    private static RamQuota ram(Node config, String attribute) {
        return new RamQuota(config.size(attribute).or(new ByteSize(0)).bytes());
    }
}
