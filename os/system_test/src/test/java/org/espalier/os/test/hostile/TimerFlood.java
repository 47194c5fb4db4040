package org.espalier.os.test.hostile;

import java.util.ArrayList;
import java.util.List;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.Timer;
import org.espalier.base.TimerRpc;

/** Opens Timer sessions until there are none to be had, asks all of them for the impossible, and leaves most of them open. */
public final class TimerFlood implements Component {
    @Override
    public void construct(Env env) {
        env.log().info("begins");
        List<Connection<Timer>> sessions = new ArrayList<>();
        while (env.connect(TimerRpc.TYPE) instanceof Connect.Connected<Timer>(Connection<Timer> connection)
                && sessions.size() < 60) {
            sessions.add(connection);
        }
        for (Connection<Timer> connection : sessions) {
            Timer timer = connection.session();
            for (int i = 0; i < 20; i++) {
                env.ep().handler(count -> {}).then(context -> {
                    timer.signal(context);
                    timer.periodic(1);
                    env.ep().dissolve(context);
                    return timer.once(1);
                });
            }
            timer.once(Long.MIN_VALUE);
            timer.once(Long.MAX_VALUE);
            timer.periodic(Long.MAX_VALUE);
            timer.periodic(Timer.MIN_PERIOD);
        }
        if (!sessions.isEmpty()) {
            Garbage.send(env, sessions.getFirst().capability());
            sessions.getFirst().close();
        }
        env.log().info("all was tried");
    }
}
