package org.espalier.app.kmem;

import org.espalier.base.Capability;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** What the victim lives on. */
@Rpc("Store")
public interface Store {
    /** The square of {@code number}. */
    Result<Integer> square(int number);

    /** A capability, for which the caller pays. */
    Result<Capability<Token>> token();
}
