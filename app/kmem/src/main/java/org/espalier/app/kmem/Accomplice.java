package org.espalier.app.kmem;

import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** Helps to make capabilities out of capabilities. */
@Rpc("Accomplice")
public interface Accomplice {
    /** A capability of its own, the same object each time. */
    Result<Capability<Token>> token();

    /** Gives back what it gets, by way of its own capability space, where it keeps it until it gets the next one. */
    Result<Capability<Dataspace>> back(Capability<Dataspace> memory);

    /** Keeps what it gets. */
    Result<Done> keep(Capability<Dataspace> memory);

    /** Gives up all that it has kept. */
    Result<Done> drop();
}
