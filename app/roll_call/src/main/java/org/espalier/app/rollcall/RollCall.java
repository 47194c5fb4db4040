package org.espalier.app.rollcall;

import java.util.HashSet;
import java.util.Set;
import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.Label;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.SignalContext;
import org.espalier.config.Node;
import org.espalier.config.Schema;
import org.espalier.config.Value;

/**
 * One of many that report in or, with the attribute {@code expected} in its configuration, the one that counts so many of them and
 * ends.
 */
public final class RollCall implements Component {
    private static final int STEP = 25;

    @Override
    public void construct(Env env) {
        Node config = Schema.of(RollCall.class.getResourceAsStream(Schema.RESOURCE))
                .read(env.rom("config").text(), env.log()::warning)
                .orElseThrow(() -> new IllegalStateException("There is no configuration to go by."));
        if (config.number("expected") instanceof Value.Given<Long>(Long expected)) {
            env.announce(AttendanceRpc.TYPE, new Collector(env, expected)).orThrow("Announcing Attendance");
        } else {
            env.connect(AttendanceRpc.TYPE).orThrow().session().here().orThrow("Reporting in");
        }
    }

    /** Counts labels, not calls: nobody is there twice. */
    private static final class Collector implements Root<Attendance> {
        private final Env env;
        private final long expected;
        private final Capability<SignalContext> complete;
        private final Set<Label> present = new HashSet<>();

        Collector(Env env, long expected) {
            this.env = env;
            this.expected = expected;
            // Not at once in the last call, which is to be answered first.
            this.complete = env.ep().handler(count -> env.exit(0)).orThrow("Creating the signal handler of the end");
        }

        @Override
        public Creation<Attendance> create(SessionRequest request) {
            return new Creation.Created<>(() -> report(request.label()));
        }

        private Result<Integer> report(Label label) {
            if (present.add(label) && (present.size() % STEP == 0 || present.size() == expected)) {
                env.log().info(present.size() + " of " + expected + " are here");
            }
            if (present.size() == expected) {
                env.submit(complete);
            }
            return Result.ok(present.size());
        }
    }
}
