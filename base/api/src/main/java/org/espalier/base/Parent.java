package org.espalier.base;

/**
 * What every component's parent offers it: the one capability that a component starts with. The runtime of base speaks this
 * protocol; component code uses {@link Env}.
 *
 * <p>No call here waits for a third component. A session request that cannot be answered at once is {@link
 * SessionState.Pending} and its outcome is announced by a signal; the numbers of sessions are chosen by the client and mean
 * nothing outside of this pair of parent and child. Servers are told of requests by a signal, fetch them and answer them.
 */
@Rpc("Parent")
public interface Parent {
    /** Session numbers of the environment, which exist from the start and cannot be closed by the child. */
    int PD = -1;

    int CPU = -2;
    int LOG = -3;

    /** The component ends itself; its resources stay until its parent destroys it. */
    Result<Done> exit(int value);

    // ---- as a client

    /** Requests a session under the number {@code id}, which must be unused and positive. */
    Result<SessionState> open(int id, SessionArguments arguments);

    /** The state of a session. */
    Result<SessionState> state(int id);

    /**
     * The capability of an open session, each time. A call of its own, because the caller pays for it before: whoever is out of
     * capabilities can still ask for states and close sessions.
     */
    Result<Capability<?>> capability(int id);

    /** Contexts for news of sessions that a component can name. */
    int SESSION_SIGNALS = 2;

    /**
     * Names who gets a signal, too, when a session that was seen pending is so no longer; the component may name {@value
     * #SESSION_SIGNALS}.
     */
    Result<Done> sessionSignal(Capability<SignalContext> context);

    /** Adds to the donation of an open session. */
    Result<SessionState> upgrade(int id, RamQuota ram, CapQuota caps);

    /** Closes a session and gets its donation back; a request that is pending is withdrawn. */
    Result<SessionState> close(int id);

    // ---- as a server

    /** In place of a wire layout, for whoever passes sessions on and leaves it to the server whether it speaks the client's. */
    long ANY_LAYOUT = 0;

    /** Announces a service with the wire layout that it speaks, or {@link #ANY_LAYOUT}. */
    Result<Done> announce(String service, long layout);

    /** Names who gets a signal when there are requests to fetch. */
    Result<Done> requestSignal(Capability<SignalContext> context);

    /** Takes the next request. */
    Result<ServerRequest> nextRequest();

    /** Answers a request that was fetched. */
    Result<Done> answer(int id, ServerAnswer answer);

    // ---- resources

    /** Signals of granted resources that a component can name. */
    int RESOURCE_SIGNALS = 2;

    /** Names who gets a signal, too, when the parent has granted resources; the component may name {@value #RESOURCE_SIGNALS}. */
    Result<Done> resourceSignal(Capability<SignalContext> context);

    /** Asks for quota on top of what the component has; false: not now, a signal says when. */
    Result<Boolean> requestResources(RamQuota ram, CapQuota caps);

    /** Names who gets a signal when the parent wants resources back. */
    Result<Done> yieldSignal(Capability<SignalContext> context);

    /** What the parent wants back at this moment. */
    Result<YieldRequest> yieldRequest();

    /** The component has released so much, and the parent may take it back. */
    Result<Done> yielded(RamQuota ram, CapQuota caps);

    // ---- life

    /** Names who gets a signal when the parent wants a sign of life. */
    Result<Done> heartbeatSignal(Capability<SignalContext> context);

    /** The sign of life. */
    Result<Done> alive();
}
