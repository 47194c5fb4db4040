package org.espalier.os.dummy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.base.CapQuota;
import org.espalier.base.Env;
import org.espalier.base.Label;
import org.espalier.base.LogServer;
import org.espalier.base.LogSession;
import org.espalier.base.RamQuota;
import org.espalier.base.Root;

/**
 * The LOG service: shows what clients log as {@code [label] text}. It may say when a session is opened and closed, and may take
 * its time for closing, during which it serves nobody. Confined to the entrypoint.
 */
final class LogService implements Root<LogSession> {
    private final Env env;
    private final boolean verbose;
    private final Optional<Pause> beforeClose;
    private final LogServer server;
    private final Map<LogSession, Label> labels = new HashMap<>();

    /** A service that closes sessions after {@code beforeClose}. */
    LogService(Env env, boolean verbose, Optional<Pause> beforeClose) {
        this.env = env;
        this.verbose = verbose;
        this.beforeClose = beforeClose;
        this.server = new LogServer((label, line) -> env.log().info("[" + label + "] " + line));
    }

    @Override
    public Creation<LogSession> create(SessionRequest request) {
        Creation<LogSession> creation = server.create(request);
        if (creation instanceof Creation.Created<LogSession>(LogSession session)) {
            labels.put(session, request.label());
            tell("opening session with label " + request.label());
        }
        return creation;
    }

    @Override
    public void upgraded(LogSession session, RamQuota ram, CapQuota caps) {
        if (!ram.equals(RamQuota.ZERO)) {
            env.log().info("received session quota upgrade");
        }
    }

    @Override
    public void closed(LogSession session) {
        env.log()
                .info(beforeClose
                        .map(pause -> "delay close by " + pause.milliseconds() + " ms")
                        .orElse("close session without delay"));
        beforeClose.ifPresent(Pause::take);
        server.closed(session);
        tell("closing session with label " + labels.remove(session));
    }

    private void tell(String text) {
        if (verbose) {
            env.log().info(text);
        }
    }
}
