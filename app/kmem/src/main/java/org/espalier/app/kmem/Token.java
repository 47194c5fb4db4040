package org.espalier.app.kmem;

import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** An object whose only use is that there are capabilities for it. */
@Rpc("Token")
public interface Token {
    /** Succeeds. */
    Result<Done> isThere();
}
