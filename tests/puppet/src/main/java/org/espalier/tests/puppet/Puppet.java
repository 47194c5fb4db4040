package org.espalier.tests.puppet;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Quotas;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** What a puppet does when it is told to. Capabilities that it holds have numbers, given in the order in which they came. */
@Rpc("Puppet")
public interface Puppet {
    /** Nobody in particular. */
    Result<Integer> who();

    /** What its protection domain owns and uses. */
    Result<Quotas> quotas();

    // ---- as a host

    /** Becomes a host, which may grant its children what it does not use. Once only. */
    Result<Done> host(boolean grants);

    /** Starts a puppet as child {@code slot}. */
    Result<Done> start(int slot, long ram, long caps);

    /** Ends the child. */
    Result<Done> kill(int slot);

    /** Asks the child to free resources. */
    Result<Done> askBack(int slot, long ram, long caps);

    /** Signals itself; {@link #rang} counts once more when all signals before it were handled. */
    Result<Integer> ring();

    /** How often it has heard itself. */
    Result<Integer> rang();

    // ---- memory and capabilities

    /** Allocates memory. */
    Result<Told> alloc(long bytes);

    /** Frees memory, and gives up its capability. */
    Result<Told> free(int number);

    /** Makes a token that answers {@code who}. */
    Result<Told> make(int who);

    /** Ends an own token. */
    Result<Done> dissolve(int number);

    /** Calls a token. */
    Result<Told> call(int number);

    /** Delegates {@code what} to the owner of a token. */
    Result<Told> give(int number, int what);

    /** Has the owner of a token delegate what is its number {@code what}. */
    Result<Told> fetch(int number, int what);

    /** Gives up a capability that it received. */
    Result<Done> release(int number);

    /** What it holds under a number. */
    Result<Capability<?>> show(int number);

    /** Keeps a token of somebody who serves {@link #scan}. */
    Result<Done> echo(Capability<Token> echo);

    /** Makes up {@code index} and calls what it names as a token. */
    Result<Told> scan(int index);

    // ---- as a client

    /** Requests a session. */
    Result<Told> open(int id, String service, String label, long ram, long caps);

    /** Looks at a session. */
    Result<Told> state(int id);

    /** Takes the capability of an open session. */
    Result<Told> take(int id);

    /** Wants to be told of news of sessions. */
    Result<Told> listen();

    /** Donates more. */
    Result<Told> upgrade(int id, long ram, long caps);

    /** Closes a session. */
    Result<Told> close(int id);

    // ---- as a server

    /** Announces tokens as a service. */
    Result<Told> announce();

    /** Takes the next request. */
    Result<Fetched> next();

    /** Answers a request; where the answer is {@code Created}, with what is its number {@code what}. */
    Result<Told> answer(int id, String answer, int what);

    // ---- resources, and the end

    /** Asks its parent for more. */
    Result<Told> request(long ram, long caps);

    /** Tells its parent that it freed what it could. */
    Result<Told> yielded();

    /** Ends itself. */
    Result<Done> exit(int value);
}
