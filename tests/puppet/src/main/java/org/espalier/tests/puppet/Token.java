package org.espalier.tests.puppet;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** An object to hold, to pass on and to call. The first operation of {@link Puppet} and of this one has no arguments. */
@Rpc("Token")
public interface Token {
    /** The number that its maker gave it. */
    Result<Integer> who();

    /** Its owner keeps a capability. */
    Result<Done> take(Capability<?> capability);

    /** A capability that its owner holds, by the owner's number for it. */
    Result<Capability<?>> fetch(int number);

    /** The same capability, which stays with the owner until {@link #drop}. */
    Result<Capability<?>> echo(Capability<?> capability);

    /** Gives up what was echoed last. */
    Result<Done> drop();
}
