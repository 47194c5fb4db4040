package org.espalier.os.dummy;

import java.util.ArrayList;
import java.util.List;
import org.espalier.base.CapQuota;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.LogSession;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.RamQuota;
import org.espalier.base.SessionOptions;

/** LOG sessions beside that of the environment. Confined to the entrypoint. */
final class LogConnections {
    private final Env env;
    private final List<Connection<LogSession>> open = new ArrayList<>();
    private boolean exist;

    LogConnections(Env env) {
        this.env = env;
    }

    /**
     * Opens {@code count} sessions, labelled by numbers from 0 on, and donates {@code upgrade} to each; or as many as there can
     * be. They are in place of those that were opened before.
     */
    void create(long count, RamQuota upgrade) {
        destroy();
        exist = true;
        env.log().info("going to create " + count + " LOG connections");
        String obstacle = "";
        while (open.size() < count && obstacle.isEmpty()) {
            String label = Integer.toString(open.size());
            Connect<LogSession> connect = env.connect(LogSessionRpc.TYPE, SessionOptions.DEFAULT.label(label));
            obstacle = switch (connect) {
                case Connect.Connected<LogSession>(Connection<LogSession> connection) -> {
                    open.add(connection);
                    yield upgrade(connection, label, upgrade);
                }
                case Connect.Denied<LogSession>(String reason) -> reason;
                case Connect.OutOfRam<LogSession>(RamQuota needed, RamQuota available) ->
                    needed + " of RAM needed, " + available + " available";
                case Connect.OutOfCaps<LogSession>(CapQuota needed, CapQuota available) ->
                    needed + " capabilities needed, " + available + " available";
            };
        }
        if (obstacle.isEmpty()) {
            env.log().info("created all LOG connections");
        } else {
            env.log().warning("created " + open.size() + " of " + count + " LOG connections: " + obstacle);
        }
    }

    /** Donates more to a session; what stood in the way, if anything did. */
    private String upgrade(Connection<LogSession> connection, String label, RamQuota upgrade) {
        if (upgrade.equals(RamQuota.ZERO)) {
            return "";
        }
        env.log().info("upgrade connection " + label);
        return connection.upgrade(upgrade, CapQuota.ZERO)
                ? ""
                : "a session could not be upgraded by " + upgrade + " of RAM";
    }

    /** Closes those that were created, if any were. */
    void destroy() {
        if (exist) {
            open.forEach(Connection::close);
            open.clear();
            exist = false;
            env.log().info("destroyed all LOG connections");
        }
    }
}
