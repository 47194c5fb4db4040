package org.espalier.app.hungry;

import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** A service without a use but its being there: who offers it has done what it had to do. So components take turns. */
@Rpc("Turn")
public interface Turn {
    /** Succeeds. */
    Result<Done> taken();
}
