package org.espalier.os.test.hostile;

import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Entrypoint;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.Rom;
import org.espalier.base.RomRpc;
import org.espalier.base.SessionOptions;
import org.espalier.base.SignalContext;
import org.espalier.base.Timer;
import org.espalier.base.TimerRpc;

/**
 * Calls servers at the end of chains of calls, up to and beyond the longest that the kernel allows. Each relay keeps the
 * capabilities that it hands on, so this takes some thousand of them.
 */
public final class DeepCalls implements Component {
    private static final int LONGEST = 70;

    @Override
    public void construct(Env env) {
        env.log().info("begins");
        Timer timer = env.connect(TimerRpc.TYPE).orThrow().session();
        Connect<Rom> rom = env.connect(RomRpc.TYPE, SessionOptions.DEFAULT.label("state"));
        Rom report = rom instanceof Connect.Connected<Rom>(Connection<Rom> connection) ? connection.session() : null;
        for (int depth = 1; depth <= LONGEST; depth++) {
            env.log().info("the time at depth " + depth + ": " + text(timer.now()));
            timer.once(depth);
            if (report != null) {
                Result<Capability<Dataspace>> content = report.dataspace();
                env.log().info("a report at depth " + depth + ": " + text(content));
                content.orElse(Capability.none()).release();
            }
            Entrypoint ep = env.entrypoint("relay " + depth).orThrow("Creating an entrypoint");
            timer = TimerRpc.TYPE.stub(
                    ep.manage(TimerRpc.TYPE, new TimerRelay(timer)).orThrow("Creating a relay"));
            if (report != null) {
                report = RomRpc.TYPE.stub(
                        ep.manage(RomRpc.TYPE, new RomRelay(report)).orThrow("Creating a relay"));
            }
        }
        env.log().info("all was tried");
    }

    private static String text(Result<?> result) {
        return result instanceof Result.Failed<?> failed ? failed.failure().name() : "Ok";
    }

    private record TimerRelay(Timer next) implements Timer {
        @Override
        public Result<Long> now() {
            return next.now();
        }

        @Override
        public Result<Done> signal(Capability<SignalContext> context) {
            return next.signal(context);
        }

        @Override
        public Result<Done> once(long microseconds) {
            return next.once(microseconds);
        }

        @Override
        public Result<Done> periodic(long microseconds) {
            return next.periodic(microseconds);
        }
    }

    private record RomRelay(Rom next) implements Rom {
        @Override
        public Result<Capability<Dataspace>> dataspace() {
            return next.dataspace();
        }

        @Override
        public Result<Done> signal(Capability<SignalContext> context) {
            return next.signal(context);
        }
    }
}
