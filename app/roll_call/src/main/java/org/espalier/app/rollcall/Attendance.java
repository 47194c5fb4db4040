package org.espalier.app.rollcall;

import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** Where components report that they are there. */
@Rpc("Attendance")
public interface Attendance {
    /** Reports in; the answer is how many have. */
    Result<Integer> here();
}
