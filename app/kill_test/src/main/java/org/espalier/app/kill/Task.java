package org.espalier.app.kill;

import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** What the server in the sandbox does for its clients. */
@Rpc("Task")
public interface Task {
    /** The square of {@code number}. */
    Result<Integer> square(int number);

    /** Waits inside the server until the host of the sandbox says that it may go on. */
    Result<Done> hold();
}
