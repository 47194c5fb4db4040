package org.espalier.examples.embed;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.Label;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.examples.plugin.Callback;
import org.espalier.examples.plugin.CallbackRpc;
import org.espalier.examples.plugin.Host;

/**
 * What the program does for its plug-ins. Every method here and in the sessions runs on a thread inside the system, one at a time;
 * that is the only place from which a plug-in can be called. What the rest of the program is to know leaves through {@link
 * BlockingQueue} and other means of ordinary Java.
 */
final class HostService implements Root<Host> {
    /** The session's own object, and the function that a plug-in may offer. */
    private static final int CAPS = 2;

    private final BlockingQueue<Happening> happenings;
    private final AtomicLong sum = new AtomicLong();
    private final Map<String, Capability<Callback>> functions = new ConcurrentHashMap<>();

    HostService(BlockingQueue<Happening> happenings) {
        this.happenings = happenings;
    }

    /** The sum over all plug-ins. For any thread. */
    long sum() {
        return sum.get();
    }

    /** The capability of a function. For any thread to hold, and for threads inside the system to call. */
    Capability<Callback> function(String name) {
        return functions.getOrDefault(name, Capability.none());
    }

    @Override
    public Creation<Host> create(SessionRequest request) {
        return request.caps().count() < CAPS
                ? new Creation.InsufficientCaps<>()
                : new Creation.Created<>(new Session(request.label()));
    }

    @Override
    public void closed(Host session) {
        ((Session) session).end();
    }

    private final class Session implements Host {
        private final Label plugin;
        private String offered = "";

        Session(Label plugin) {
            this.plugin = plugin;
        }

        @Override
        public Result<Done> line(String text) {
            happenings.add(new Happening.Line(plugin, text));
            return Result.done();
        }

        @Override
        public Result<Long> add(long amount) {
            return Result.ok(sum.addAndGet(amount));
        }

        @Override
        public Result<Boolean> offer(String name, Capability<Callback> function) {
            // One for each session, because that is what the session paid for.
            if (!function.isValid() || !offered.isEmpty() || functions.putIfAbsent(name, function) != null) {
                function.release();
                return Result.ok(false);
            }
            offered = name;
            happenings.add(new Happening.Offered(plugin, name));
            return Result.ok(true);
        }

        @Override
        public Result<Answer> ask(String name, String text) {
            Capability<Callback> function = functions.get(name);
            if (function == null) {
                return Result.ok(new Nobody());
            }
            return Result.ok(
                    switch (CallbackRpc.TYPE.stub(function).call(text)) {
                        case Result.Ok<String>(String answer) -> new Said(answer);
                        case Result.Failed<String>(Failure reason) -> new Failed(reason);
                    });
        }

        void end() {
            Capability<Callback> function = functions.remove(offered);
            if (function != null) {
                function.release();
            }
            happenings.add(new Happening.Left(plugin));
        }
    }
}
