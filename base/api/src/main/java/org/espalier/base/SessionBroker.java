package org.espalier.base;

/**
 * How a component serves sessions that are somebody else's: it answers when it knows, and waits for nobody meanwhile. Most servers
 * are a {@link Root} instead. Runs in the initial entrypoint.
 */
public interface SessionBroker {
    /** A client asks for a session. */
    void create(Served session, SessionArguments arguments);

    /** The client donated more; {@link ServerAnswer.Upgraded} lets it go on. */
    void upgrade(Served session, RamQuota ram, CapQuota caps);

    /**
     * The client closes the session; {@link ServerAnswer.Closed} gives the donation back. It may do so before the session was created,
     * which this answers, too.
     */
    void close(Served session);

    /**
     * One session between this server and its parent, the same object for all requests that concern it. Each request is answered
     * once; that the session is closed may be answered unasked, when it can be served no longer. A session that was refused, or
     * closed, is no more.
     */
    final class Served {
        private static final ServerAnswer TOO_LONG =
                new ServerAnswer.Denied("The server denies it; its reason does not fit a message.");

        private final Parent parent;
        private final int id;
        private final Runnable over;

        Served(Parent parent, int id, Runnable over) {
            this.parent = parent;
            this.id = id;
            this.over = over;
        }

        /** Answers the last request. When this fails the parent knows of no answer. */
        public Result<Done> answer(ServerAnswer answer) {
            return switch (answer) {
                case ServerAnswer.Created created -> parent.answer(id, answer);
                case ServerAnswer.Upgraded upgraded -> parent.answer(id, answer);
                case ServerAnswer.Closed closed -> {
                    over.run();
                    yield parent.answer(id, answer);
                }
                case ServerAnswer.Denied denied -> refuse(answer);
                case ServerAnswer.InsufficientRam insufficient -> refuse(answer);
                case ServerAnswer.InsufficientCaps insufficient -> refuse(answer);
            };
        }

        private Result<Done> refuse(ServerAnswer answer) {
            over.run();
            Result<Done> answered = parent.answer(id, answer);
            // A reason may hold what the client said; the client is not left waiting because that is long.
            return answered.isOk() ? answered : parent.answer(id, TOO_LONG);
        }
    }
}
