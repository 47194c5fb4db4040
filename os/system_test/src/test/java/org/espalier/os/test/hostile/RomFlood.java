package org.espalier.os.test.hostile;

import java.util.ArrayList;
import java.util.List;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.Rom;
import org.espalier.base.RomRpc;
import org.espalier.base.SessionOptions;

/**
 * Opens the ROM module {@code flood} as often as there is quota for, reads it whether or not it pays for that, names one signal
 * after the other, and leaves most sessions open.
 */
public final class RomFlood implements Component {
    private static final int MOST = 40;

    @Override
    public void construct(Env env) {
        env.log().info("begins");
        for (String label : List.of("", "-> ", "x".repeat(280), "flood -> ")) {
            env.connect(RomRpc.TYPE, SessionOptions.DEFAULT.label(label));
        }
        List<Connection<Rom>> sessions = new ArrayList<>();
        while (sessions.size() < MOST
                && env.connect(RomRpc.TYPE, SessionOptions.DEFAULT.label("flood"))
                        instanceof Connect.Connected<Rom>(Connection<Rom> session)) {
            sessions.add(session);
        }
        for (int i = 0; i < sessions.size(); i++) {
            Connection<Rom> session = sessions.get(i);
            if (i % 3 == 0) {
                session.upgrade(new RamQuota(8 * RamQuota.PAGE), CapQuota.ZERO);
            }
            read(env, session.session());
            if (i % 5 == 0) {
                session.close();
                session.session().dataspace();
            }
        }
        if (sessions.size() > 1) {
            Garbage.send(env, sessions.get(1).capability());
        }
        env.log().info("all was tried");
    }

    private static void read(Env env, Rom rom) {
        for (int i = 0; i < 10; i++) {
            rom.dataspace().orElse(Capability.none()).release();
            env.ep().handler(count -> {}).then(context -> {
                if (context.index() % 2 == 0) {
                    env.ep().dissolve(context);
                }
                return rom.signal(context);
            });
        }
        rom.signal(Capability.none());
    }
}
