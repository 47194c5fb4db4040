package org.espalier.app.lifetimes;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** Hands out capabilities for its one item, and knows them again. */
@Rpc("Vault")
public interface Vault {
    /** A capability for the item. */
    Result<Capability<Item>> item();

    /** Whether both are capabilities for the item. */
    Result<Boolean> isSame(Capability<Item> one, Capability<Item> other);

    /** Ends the item. */
    Result<Done> dissolve();

    /** The item. */
    @Rpc("Item")
    interface Item {
        /** What it is. */
        Result<String> name();
    }
}
