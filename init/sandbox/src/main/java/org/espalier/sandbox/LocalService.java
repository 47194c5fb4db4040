package org.espalier.sandbox;

import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.RamQuota;
import org.espalier.base.ServerAnswer;
import org.espalier.base.SessionArguments;

/**
 * A service that the host of a sandbox offers to its children itself. What clients donate is in the host's account while a
 * session is open. Called in the sandbox's entrypoint; an answer may come later, but in the same entrypoint.
 */
public interface LocalService {
    /** The name that clients ask for. */
    String name();

    /** The wire layout that it speaks. */
    long layout();

    /** Creates a session. {@code request} takes the answer, exactly once. */
    void create(SessionArguments arguments, Request request);

    /** The client of {@code session} donated more. */
    void upgrade(Capability<?> session, RamQuota ram, CapQuota caps);

    /** Ends a session; what was donated must be free again when {@code closed} runs, now or later in the same entrypoint. */
    void close(Capability<?> session, Runnable closed);

    /** Takes the answer to a request for a session. */
    interface Request {
        /** Answers: created, denied, or more is needed. */
        void answer(ServerAnswer answer);
    }
}
