package org.espalier.app.kill;

import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/**
 * Where children meet their host. A session with the label {@value #WAIT} is answered when the host likes, and so holds up who
 * asks for it; one with any other label is open at once, for reports.
 */
@Rpc("Gate")
public interface Gate {
    /** The label of a session to wait for. */
    String WAIT = "wait";

    /** Tells the host what a child has come to. */
    Result<Done> report(String what);
}
