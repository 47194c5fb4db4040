package org.espalier.app.lifetimes;

import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** Memory that comes into being where it is touched. */
@Rpc("Pages")
public interface Pages {
    /** The pages in one piece. */
    Result<Capability<Dataspace>> dataspace();

    /** Frees the memory of all pages that were touched so far; the next touch makes them anew. */
    Result<Done> drop();
}
