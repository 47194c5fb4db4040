package org.espalier.app.lifetimes;

import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** How a child tells its host what has happened. */
@Rpc("Events")
public interface Events {
    /** Tells it; the host thinks about it later. */
    Result<Done> happened(String what);
}
