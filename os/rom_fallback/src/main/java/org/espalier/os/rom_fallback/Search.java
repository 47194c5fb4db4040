package org.espalier.os.rom_fallback;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.ServerAnswer;
import org.espalier.base.SessionArguments;
import org.espalier.base.SessionBroker;
import org.espalier.base.SessionState;
import org.espalier.base.Sessions;

/**
 * One client's session: first a search for a place that has the module, then the session there. Confined to the entrypoint.
 *
 * <p>The donation goes on to the server, but for the capability that passing on the session takes. A server that wants more of it
 * has the module: the search ends there, and the client is asked for more.
 */
final class Search {
    private static final CapQuota FEE = new CapQuota(1);

    private final Env env;
    private final SessionBroker.Served client;
    private final SessionArguments arguments;
    private final Queue<String> labels;
    private Phase phase = Phase.OPENING;
    /** What the client is told when the session is closed. */
    private ServerAnswer last = new ServerAnswer.Closed();
    /** The number of the session with the parent. */
    private int id;

    /** What the parent was asked for last. */
    private enum Phase {
        OPENING,
        OPEN,
        RAISING,
        CLOSING,
        ENDED
    }

    /**
     * A search that has not begun.
     *
     * @param labels by which to ask, in that order
     */
    Search(Env env, SessionBroker.Served client, SessionArguments arguments, List<String> labels) {
        this.env = env;
        this.client = client;
        this.arguments = arguments;
        this.labels = new ArrayDeque<>(labels);
    }

    boolean isEnded() {
        return phase == Phase.ENDED;
    }

    private Sessions sessions() {
        return env.sessions();
    }

    /** Asks for the session by the next label, or tells the client that there is none. */
    void next() {
        if (arguments.caps().count() < FEE.count()) {
            refuse(new ServerAnswer.InsufficientCaps());
        } else if (labels.isEmpty()) {
            env.log().error("no fallback has ROM ‘" + arguments.label() + "’");
            refuse(new ServerAnswer.Denied("No fallback of rom_fallback has ROM ‘" + arguments.label() + "’."));
        } else {
            CapQuota passed = new CapQuota(arguments.caps().count() - FEE.count());
            Sessions.Opening opening = sessions()
                    .open(new SessionArguments(
                            arguments.service(),
                            labels.element(),
                            arguments.parameters(),
                            arguments.ram(),
                            passed,
                            arguments.layout()));
            id = opening.id();
            follow(opening.state());
        }
    }

    private void refuse(ServerAnswer answer) {
        phase = Phase.ENDED;
        client.answer(answer);
    }

    /** The client donated more. */
    void raise(RamQuota ram, CapQuota caps) {
        phase = Phase.RAISING;
        follow(sessions().raise(id, ram, caps));
    }

    /** The client closes the session. */
    void close() {
        phase = Phase.CLOSING;
        follow(sessions().close(id));
    }

    private void follow(SessionState state) {
        if (!(state instanceof SessionState.Pending)) {
            settle(state);
        }
    }

    /** Sees whether the parent has answered by now. */
    void look() {
        if (phase != Phase.OPEN && phase != Phase.ENDED) {
            follow(sessions().state(id));
        }
    }

    private void settle(SessionState state) {
        switch (phase) {
            case OPENING -> opened(state);
            case RAISING -> {
                // Where it did not succeed the donation stays here until the session is closed.
                phase = Phase.OPEN;
                client.answer(new ServerAnswer.Upgraded());
            }
            case CLOSING -> {
                sessions().forgotten(id);
                refuse(last);
            }
            case OPEN, ENDED -> {}
        }
    }

    private void opened(SessionState state) {
        if (state instanceof SessionState.Open) {
            phase = Phase.OPEN;
            if (!passOn()) {
                last = new ServerAnswer.InsufficientCaps();
                close();
            }
            return;
        }
        sessions().forgotten(id);
        switch (state) {
            case SessionState.InsufficientRam insufficient -> refuse(new ServerAnswer.InsufficientRam());
            case SessionState.OutOfRam out -> refuse(new ServerAnswer.InsufficientRam());
            case SessionState.InsufficientCaps insufficient -> refuse(new ServerAnswer.InsufficientCaps());
            case SessionState.OutOfCaps out -> refuse(new ServerAnswer.InsufficientCaps());
            case SessionState.Denied(String reason) -> goOn(reason);
            case SessionState.Closed closed -> goOn("its server ended");
            case SessionState.Withheld withheld -> goOn("its server ended");
            case SessionState.Open open -> throw new IllegalStateException("An open session was handled above.");
            case SessionState.Pending pending ->
                throw new IllegalStateException("A session that is pending has no answer to be taken.");
        }
    }

    /** Hands the client the session; false when there is no capability left for it, here or with the client's parent. */
    private boolean passOn() {
        if (!(sessions().capability(id) instanceof Result.Ok<Capability<?>>(Capability<?> session))) {
            return false;
        }
        boolean passedOn = client.answer(new ServerAnswer.Created(session)).isOk();
        session.release();
        return passedOn;
    }

    private void goOn(String reason) {
        env.log().warning("ROM ‘" + labels.remove() + "’ is denied: " + reason);
        next();
    }
}
