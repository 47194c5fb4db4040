package org.espalier.base;

/**
 * Memory of the component, paid from its RAM quota. Thread-safe.
 */
public final class Ram {
    private final Pd pd;
    private final Resources resources;

    Ram(Pd pd, Resources resources) {
        this.pd = pd;
        this.resources = resources;
    }

    /** Allocates {@code bytes} of zeroed memory, rounded up to {@link RamQuota#PAGE}, if the quota covers it now. */
    public Allocation tryAlloc(long bytes) {
        return switch (pd.alloc(bytes)) {
            case Result.Ok<Allocation>(Allocation outcome) -> outcome;
            case Result.Failed<Allocation>(Failure failure) -> new Allocation.Unreachable(failure);
        };
    }

    /**
     * As {@link #tryAlloc}, but where the quota does not cover it asks the parent for the difference and waits until the
     * parent grants it, which may be never. Blocks the calling thread only.
     */
    public Allocation alloc(long bytes) {
        while (true) {
            switch (tryAlloc(bytes)) {
                case Allocation.OutOfRam(RamQuota needed, RamQuota available) ->
                    resources.request(new RamQuota(Math.max(0, needed.bytes() - available.bytes())), CapQuota.ZERO);
                case Allocation.OutOfCaps(CapQuota needed, CapQuota available) ->
                    resources.request(RamQuota.ZERO, new CapQuota(Math.max(0, needed.count() - available.count())));
                case Allocation outcome -> {
                    return outcome;
                }
            }
        }
    }

    /** Frees memory that this component allocated; it disappears wherever it is attached. */
    public Result<Done> free(Capability<Dataspace> dataspace) {
        return pd.free(dataspace);
    }
}
