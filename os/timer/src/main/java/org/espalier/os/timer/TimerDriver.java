package org.espalier.os.timer;

import org.espalier.base.Alarm;
import org.espalier.base.AlarmRpc;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.TimerRpc;

/** The component: takes the alarm of the kernel and offers the Timer service. */
public final class TimerDriver implements Component {
    @Override
    public void construct(Env env) {
        Alarm alarm = env.connect(AlarmRpc.TYPE).orThrow().session();
        TimerService service = new TimerService(alarm, env::submit);
        env.ep().handler(count -> service.alarmed()).then(alarm::signal).orThrow("Naming the signal of the alarm");
        env.announce(TimerRpc.TYPE, service).orThrow("Announcing the Timer service");
    }
}
