package org.espalier.app.packet.source;

import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** The sender rests at half-time while somebody has a session of this. */
@Rpc("Interval")
public interface Interval {
    /** How many packets have come back so far. */
    Result<Long> acknowledged();
}
