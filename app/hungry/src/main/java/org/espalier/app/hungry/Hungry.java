package org.espalier.app.hungry;

import org.espalier.base.Allocation;
import org.espalier.base.CapQuota;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Rom;
import org.espalier.base.RomRpc;
import org.espalier.base.Root;
import org.espalier.base.SessionOptions;
import org.espalier.config.ByteSize;
import org.espalier.config.Node;
import org.espalier.config.Schema;
import org.espalier.config.Value;

/**
 * Asks for what the {@code <ask>} nodes of its configuration say, one after the other: {@code ram} as memory of its own, {@code
 * caps} as the donation for a session. Whatever becomes of it, it goes on with the next.
 *
 * <p>With {@code after_turn="yes"} it first waits for a Turn session. At the end it offers Turn itself, or exits with {@code
 * exit="yes"}.
 */
public final class Hungry implements Component {
    @Override
    public void construct(Env env) {
        Node config = Schema.of(Hungry.class.getResourceAsStream(Schema.RESOURCE))
                .read(env.rom("config").text(), env.log()::warning)
                .orElseThrow(() -> new IllegalStateException("There is no configuration to go by."));
        if (config.bool("after_turn", false)) {
            try (Connection<Turn> turn = env.connect(TurnRpc.TYPE).orThrow()) {
                turn.session().taken().orThrow("Taking the turn");
            }
        }
        for (Node ask : config.children("ask")) {
            if (ask.size("ram") instanceof Value.Given<ByteSize>(ByteSize size)) {
                askForRam(env, new RamQuota(size.bytes()));
            }
            if (ask.number("caps") instanceof Value.Given<Long>(Long count)) {
                askForCaps(env, new CapQuota(count));
            }
        }
        if (config.bool("exit", false)) {
            env.exit(0);
        }
        env.announce(TurnRpc.TYPE, new Turns()).orThrow("Announcing the Turn service");
    }

    private static void askForRam(Env env, RamQuota ram) {
        switch (env.ram().tryAlloc(ram.bytes())) {
            case Allocation.Allocated allocated -> env.log().info(ram + " of RAM: mine");
            case Allocation.OutOfRam(RamQuota needed, RamQuota available) ->
                env.log().info(ram + " of RAM: refused, " + needed + " needed and " + available + " available");
            case Allocation.OutOfCaps(CapQuota needed, CapQuota available) ->
                env.log()
                        .info(ram + " of RAM: refused, " + needed + " capabilities needed and " + available
                                + " available");
            case Allocation.Unreachable(Failure failure) -> env.log().error("the PD service: " + failure);
            case Allocation.InvalidSize(long bytes) ->
                env.log().info(ram + " of RAM: refused, there is no dataspace of " + bytes + " bytes");
        }
    }

    private static void askForCaps(Env env, CapQuota caps) {
        SessionOptions generous = SessionOptions.DEFAULT.label("config").donate(RamQuota.ZERO, caps);
        switch (env.connect(RomRpc.TYPE, generous)) {
            case Connect.Connected<Rom>(Connection<Rom> connection) -> {
                env.log().info("a session with " + caps + " capabilities: open, and closed again");
                connection.close();
            }
            case Connect.OutOfCaps<Rom>(CapQuota needed, CapQuota available) ->
                env.log()
                        .info("a session with " + caps + " capabilities: refused, " + needed + " needed and "
                                + available + " available");
            case Connect.OutOfRam<Rom>(RamQuota needed, RamQuota available) ->
                env.log()
                        .info("a session with " + caps + " capabilities: refused, " + needed + " of RAM needed and "
                                + available + " available");
            case Connect.Denied<Rom>(String reason) ->
                env.log().info("a session with " + caps + " capabilities: denied, " + reason);
        }
    }

    private static final class Turns implements Root<Turn> {
        @Override
        public Creation<Turn> create(SessionRequest request) {
            return new Creation.Created<>(Result::done);
        }
    }
}
