package org.espalier.base;

import org.espalier.base.spi.Attachment;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.base.spi.Window;

/**
 * The component's own address space: attaches dataspaces and so makes them accessible. Thread-safe.
 */
public final class RegionMap {
    private final ComponentKernel kernel;

    /** The address space of the component behind {@code kernel}. For core; a component has {@link Env#rm}. */
    public RegionMap(ComponentKernel kernel) {
        this.kernel = kernel;
    }

    /** Attaches all of {@code dataspace}, writable. Fails with DENIED when the capability allows reading alone. */
    public Result<View> attach(Capability<Dataspace> dataspace) {
        return attach(dataspace, 0, 0, true);
    }

    /** Attaches all of {@code dataspace} for reading. */
    public Result<View> attachReadOnly(Capability<Dataspace> dataspace) {
        return attach(dataspace, 0, 0, false);
    }

    /**
     * Attaches {@code size} bytes from {@code offset} on.
     *
     * @param offset in bytes, a multiple of {@link RamQuota#PAGE}
     * @param size in bytes; 0 means all that follows the offset
     * @param writable whether the view may be written through
     * @return the view, or INVALID_CAPABILITY, INVALID_ARGUMENT (misaligned, outside), DENIED (rights), GONE, OUT_OF_CAPS
     */
    public Result<View> attach(Capability<Dataspace> dataspace, long offset, long size, boolean writable) {
        return switch (kernel.attach(dataspace.indexFor(kernel), offset, size, writable)) {
            case Attachment.Attached(int region, Window window) -> Result.ok(new View(region, window, writable));
            case Attachment.Refused(Failure failure) -> Result.failed(failure);
        };
    }

    /** Ends an attachment. Using the view afterwards is a fault. */
    public void detach(View view) {
        kernel.detach(view.region());
    }
}
