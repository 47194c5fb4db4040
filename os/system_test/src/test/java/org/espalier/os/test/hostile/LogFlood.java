package org.espalier.os.test.hostile;

import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.LogSession;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.SessionOptions;

/** Opens many LOG sessions, writes without end and without line breaks. */
public final class LogFlood implements Component {
    @Override
    public void construct(Env env) {
        env.log().info("begins");
        String endless = "\u001b[2J".repeat(200);
        for (int i = 0; i < 40; i++) {
            if (env.connect(LogSessionRpc.TYPE, SessionOptions.DEFAULT.label("many" + i))
                    instanceof Connect.Connected<LogSession>(Connection<LogSession> connection)) {
                connection.session().write(endless);
                connection.session().write("\r\n\0\n");
                if (i == 0) {
                    Garbage.send(env, connection.capability());
                }
            }
        }
        env.log().info("all was tried");
    }
}
