package org.espalier.app.packet.source;

import org.espalier.base.AttachedRom;
import org.espalier.base.CapQuota;
import org.espalier.base.Component;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.SessionOptions;
import org.espalier.config.Node;
import org.espalier.config.Schema;
import org.espalier.packet.PacketSession;
import org.espalier.packet.PacketSessionRpc;

/**
 * Sends {@code packets} packets of {@code bytes} bytes each, or with {@code vandal="yes"} waits for the interval of whoever does
 * and breaks the rules in every way there is, each in a session of its own.
 */
public final class PacketSourceComponent implements Component {
    private static final Schema SCHEMA = Schema.of(PacketSourceComponent.class.getResourceAsStream(Schema.RESOURCE));

    @Override
    public void construct(Env env) {
        try (AttachedRom config = env.rom("config")) {
            SCHEMA.read(config.text(), env.log()::warning).ifPresent(node -> start(env, node));
        }
    }

    private static void start(Env env, Node config) {
        if (config.bool("vandal", false)) {
            new Vandal(env).goOn();
        } else {
            long packets = config.number("packets").or(1000L);
            long bytes = config.number("bytes").or(1500L);
            new Sender(env, Math.max(0, packets), Math.clamp(bytes, Sender.HEADER, Sender.MAX_BYTES)).start();
        }
    }

    /** Opens a session that the server sees as {@code label}. What a stream takes is its client's to pay. */
    static Connection<PacketSession> connect(Env env, String label) {
        return env.connect(
                        PacketSessionRpc.TYPE,
                        SessionOptions.DEFAULT.label(label).donate(new RamQuota(72 * 1024), new CapQuota(8)))
                .orThrow();
    }
}
