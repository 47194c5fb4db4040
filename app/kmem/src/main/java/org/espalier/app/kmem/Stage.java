package org.espalier.app.kmem;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;
import org.espalier.base.SignalContext;

/** Where a child meets its host, which says when its next step begins. The label of the session is the part that it plays. */
@Rpc("Stage")
public interface Stage {
    /** Tells that the child has begun, and names the signal that it goes on by. Once only. */
    Result<Done> ready(Capability<SignalContext> next);

    /** Tells what has become of a step. Costs the child nothing, so that it can be told with all of a quota spent. */
    Result<Done> reached(String outcome);
}
