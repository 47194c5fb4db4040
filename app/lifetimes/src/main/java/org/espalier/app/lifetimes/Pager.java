package org.espalier.app.lifetimes;

import java.util.ArrayList;
import java.util.List;
import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Entrypoint;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.RegionFault;
import org.espalier.base.Result;
import org.espalier.base.Rm;
import org.espalier.base.RmRpc;
import org.espalier.base.Root;
import org.espalier.base.SessionOptions;
import org.espalier.base.View;

/**
 * Serves pages that it makes when somebody waits for them. The second half of what its clients see is a managed dataspace of its own,
 * shown in the first.
 */
final class Pager implements Pages {
    private static final long HALF = 16 * RamQuota.PAGE;

    private final Env env;
    private final Rm outer;
    private final Rm inner;
    private final List<Capability<Dataspace>> pages = new ArrayList<>();

    private Pager(Env env) {
        this.env = env;
        this.outer = managed(2 * HALF);
        this.inner = managed(HALF);
        outer.attach(inner.dataspace().orThrow("Asking for the inner half"), 0, HALF, HALF, true)
                .orThrow("Showing one in the other");
        // Faults have an entrypoint of their own: a client of the other one may wait for a page while it holds that up.
        Entrypoint faults = env.entrypoint("faults").orThrow("Creating the entrypoint of the faults");
        watch(faults, outer, "outer");
        watch(faults, inner, "inner");
    }

    static void start(Env env) {
        Pager pager = new Pager(env);
        env.announce(PagesRpc.TYPE, request -> new Root.Creation.Created<Pages>(pager))
                .orThrow("Announcing Pages");
    }

    private Rm managed(long size) {
        return env.connect(RmRpc.TYPE, SessionOptions.DEFAULT.parameter("size", size))
                .orThrow()
                .session();
    }

    private void watch(Entrypoint faults, Rm rm, String name) {
        rm.faultSignal(faults.handler(count -> fill(rm, name)).orThrow("Creating the signal of faults"))
                .orThrow("Naming the signal of faults");
    }

    private void fill(Rm rm, String name) {
        while (rm.fault() instanceof Result.Ok<RegionFault>(RegionFault.Waiting(long offset, boolean write))) {
            long place = offset & -RamQuota.PAGE;
            env.log()
                    .info("a " + (write ? "write" : "read") + " waits for page " + place / RamQuota.PAGE + " of the "
                            + name + " dataspace");
            if (!(env.ram().tryAlloc(RamQuota.PAGE) instanceof Allocation.Allocated(Capability<Dataspace> page))) {
                throw new IllegalStateException("There is memory for each page.");
            }
            View content = env.rm().attach(page).orThrow("Attaching a new page");
            content.putLong(0, place / RamQuota.PAGE + 1);
            env.rm().detach(content);
            keep(page);
            rm.attach(page, 0, RamQuota.PAGE, place, true).orThrow("Filling the hole");
        }
    }

    private synchronized void keep(Capability<Dataspace> page) {
        pages.add(page);
    }

    @Override
    public Result<Capability<Dataspace>> dataspace() {
        return outer.dataspace();
    }

    @Override
    public synchronized Result<Done> drop() {
        pages.forEach(page -> {
            env.ram().free(page);
            page.release();
        });
        pages.clear();
        return Result.done();
    }
}
