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

    LogConnections(Env env) {
        this.env = env;
    }

    /** Opens {@code count} sessions, or as many as there can be, and donates {@code upgrade} to each. */
    void create(long count, RamQuota upgrade) {
        long opened = 0;
        String obstacle = "";
        while (opened < count && obstacle.isEmpty()) {
            Connect<LogSession> connect =
                    env.connect(LogSessionRpc.TYPE, SessionOptions.DEFAULT.label(Integer.toString(open.size() + 1)));
            if (connect instanceof Connect.Connected<LogSession>(Connection<LogSession> connection)) {
                open.add(connection);
                opened++;
                obstacle = upgrade.equals(RamQuota.ZERO) || connection.upgrade(upgrade, CapQuota.ZERO)
                        ? ""
                        : "a session could not be upgraded by " + upgrade + " of RAM";
            } else {
                obstacle = reason(connect);
            }
        }
        env.log()
                .info("create_log_connections: " + opened + " of " + count + " opened"
                        + (obstacle.isEmpty() ? "" : "; " + obstacle));
    }

    private static String reason(Connect<LogSession> connect) {
        return switch (connect) {
            case Connect.Denied<LogSession>(String reason) -> reason;
            case Connect.OutOfRam<LogSession>(RamQuota needed, RamQuota available) ->
                needed + " of RAM needed, " + available + " available";
            case Connect.OutOfCaps<LogSession>(CapQuota needed, CapQuota available) ->
                needed + " capabilities needed, " + available + " available";
            case Connect.Connected<LogSession> connected ->
                throw new IllegalStateException("A session that is open has no reason why it is not.");
        };
    }

    void destroy() {
        open.forEach(Connection::close);
        env.log().info("destroy_log_connections: " + open.size() + " closed");
        open.clear();
    }
}
