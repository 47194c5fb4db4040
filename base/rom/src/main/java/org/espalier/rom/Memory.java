package org.espalier.rom;

import org.espalier.base.Allocation;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.View;

/**
 * Memory of this component, attached. Owned by whoever asked for it, until {@link #free}.
 *
 * <p>Asks the PD session and not {@link Env#ram}, which takes a call that cannot be carried on for a fault: here it is an
 * expected failure, because clients choose how long the chain of calls is that ends here.
 */
public final class Memory {
    /** What any memory costs beside its bytes: the dataspace, the capability for it, the attachment. */
    public static final CapQuota CAPS = new CapQuota(3);

    private final Env env;
    private final Capability<Dataspace> dataspace;
    private final View view;

    private Memory(Env env, Capability<Dataspace> dataspace, View view) {
        this.env = env;
        this.dataspace = dataspace;
        this.view = view;
    }

    /** What {@code bytes} take; one page for none, because there is no empty memory. */
    public static RamQuota size(long bytes) {
        return new RamQuota(RamQuota.pages(Math.max(1, bytes)));
    }

    /** Zeroed memory of at least {@code bytes}. */
    public static Result<Memory> allocate(Env env, long bytes) {
        return env.pd().alloc(size(bytes).bytes()).then(allocation -> switch (allocation) {
            case Allocation.Allocated(Capability<Dataspace> dataspace) -> attach(env, dataspace);
            case Allocation.OutOfRam outOfRam -> Result.failed(Failure.OUT_OF_RAM);
            case Allocation.OutOfCaps outOfCaps -> Result.failed(Failure.OUT_OF_CAPS);
            case Allocation.Unreachable(Failure failure) -> Result.failed(failure);
            case Allocation.InvalidSize invalid -> Result.failed(Failure.INVALID_ARGUMENT);
        });
    }

    private static Result<Memory> attach(Env env, Capability<Dataspace> dataspace) {
        Result<Memory> attached = env.rm().attach(dataspace).map(view -> new Memory(env, dataspace, view));
        if (!attached.isOk()) {
            env.pd().free(dataspace);
            dataspace.release();
        }
        return attached;
    }

    /** The memory, for others to attach. */
    public Capability<Dataspace> dataspace() {
        return dataspace;
    }

    /** The memory as this component sees it. */
    public View view() {
        return view;
    }

    /** The memory disappears wherever it is attached. When this fails it is still there. */
    public Result<Done> free() {
        Result<Done> freed = env.pd().free(dataspace);
        if (freed.isOk()) {
            env.rm().detach(view);
            dataspace.release();
        }
        return freed;
    }
}
