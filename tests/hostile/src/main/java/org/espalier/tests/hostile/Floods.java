package org.espalier.tests.hostile;

import java.util.ArrayList;
import java.util.List;
import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.LogSession;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.SessionOptions;
import org.espalier.base.SignalContext;

/** Takes something until its quota is gone, keeps nearly all of it, and tells the others. */
final class Floods {
    /** What it gives back, in order to be able to tell. */
    private static final int RESERVE = 16;

    private Floods() {}

    private static void tell(Env env, String what) {
        env.log().info(what);
        Root<Flooded> root = request -> new Root.Creation.Created<>(Result::done);
        Result<Done> announced = env.announce(FloodedRpc.TYPE, root);
        if (!announced.isOk()) {
            env.log().error("cannot announce: " + announced);
        }
    }

    static void sessions(Env env) {
        List<Connection<LogSession>> open = new ArrayList<>();
        Connect<LogSession> last = env.connect(LogSessionRpc.TYPE, SessionOptions.DEFAULT.label("flood"));
        while (last instanceof Connect.Connected<LogSession>(Connection<LogSession> connection)) {
            open.add(connection);
            last = env.connect(LogSessionRpc.TYPE, SessionOptions.DEFAULT.label("flood"));
        }
        for (int i = 0; i < RESERVE; i++) {
            open.removeLast().close();
        }
        tell(env, "sessions end with " + last.getClass().getSimpleName());
    }

    static void objects(Env env) {
        List<Capability<Probe>> objects = new ArrayList<>();
        Result<Capability<Probe>> last = env.ep().manage(ProbeRpc.TYPE, new Server());
        while (last instanceof Result.Ok<Capability<Probe>>(Capability<Probe> capability)) {
            objects.add(capability);
            last = env.ep().manage(ProbeRpc.TYPE, new Server());
        }
        for (int i = 0; i < RESERVE; i++) {
            env.ep().dissolve(objects.removeLast());
        }
        tell(env, "objects end with " + failure(last));
    }

    static void signals(Env env) {
        List<Capability<SignalContext>> contexts = new ArrayList<>();
        Result<Capability<SignalContext>> last = env.ep().handler(count -> {});
        while (last instanceof Result.Ok<Capability<SignalContext>>(Capability<SignalContext> capability)) {
            contexts.add(capability);
            last = env.ep().handler(count -> {});
        }
        for (int round = 0; round < 1000; round++) {
            contexts.forEach(env::submit);
        }
        for (int i = 0; i < RESERVE; i++) {
            env.ep().dissolve(contexts.removeLast());
        }
        tell(env, "signals end with " + failure(last));
        // And on: the entrypoint signals itself for as long as it lives.
        List<Capability<SignalContext>> self = new ArrayList<>();
        self.add(env.ep().handler(count -> env.submit(self.getFirst())).orThrow("Signalling oneself"));
        env.submit(self.getFirst());
    }

    static void memory(Env env) {
        Allocation last = env.ram().tryAlloc(65536);
        while (last instanceof Allocation.Allocated) {
            last = env.ram().tryAlloc(65536);
        }
        tell(env, "memory ends with " + last.getClass().getSimpleName());
    }

    /** Sends capabilities to a server that keeps them, until the server cannot take more. */
    static void keeper(Env env) {
        Probe probe = env.connect(ProbeRpc.TYPE).orThrow().session();
        Capability<Probe> mine = env.ep().manage(ProbeRpc.TYPE, new Server()).orThrow("Making an object");
        Result<Done> last = probe.keep(mine);
        while (last.isOk()) {
            last = probe.keep(mine);
        }
        tell(env, "keeping ends with " + failure(last));
        env.log().info("sum " + probe.add(1, 2).orElse(-1));
    }

    private static String failure(Result<?> result) {
        return result instanceof Result.Failed<?>(Failure failure) ? failure.toString() : "none";
    }
}
