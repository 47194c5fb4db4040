package org.espalier.app.kmem;

import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Connection;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Rm;
import org.espalier.base.View;

/** A managed dataspace of 64 GiB, of which one page in every 2 MiB is there; all of them are the same memory. */
final class Sparse {
    static final long SIZE = 64L << 30;
    private static final long DISTANCE = 2 << 20;
    private static final CapQuota ONE = new CapQuota(1);

    private final Connection<Rm> connection;
    private final Capability<Dataspace> page;
    private final View view;
    private long next;

    Sparse(Connection<Rm> connection, Capability<Dataspace> page, View view) {
        this.connection = connection;
        this.page = page;
        this.view = view;
    }

    /** Shows the page at the next place and writes there; raises the donation of the session while it can. */
    Result<Done> touchNext() {
        Result<Done> shown = show();
        while (shown instanceof Result.Failed<Done>(Failure failure)
                && failure == Failure.OUT_OF_CAPS
                && connection.upgrade(RamQuota.ZERO, ONE)) {
            shown = show();
        }
        return shown.map(done -> {
            view.putLong(next, next);
            next = (next + DISTANCE) % SIZE;
            return done;
        });
    }

    private Result<Done> show() {
        return connection.session().attach(page, 0, RamQuota.PAGE, next, true);
    }
}
