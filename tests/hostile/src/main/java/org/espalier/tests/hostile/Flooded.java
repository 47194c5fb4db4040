package org.espalier.tests.hostile;

import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** Announced when there is nothing left to take. */
@Rpc("Flooded")
public interface Flooded {
    /** Answers. */
    Result<Done> ping();
}
