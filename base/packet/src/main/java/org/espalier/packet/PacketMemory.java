package org.espalier.packet;

import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.RegionMap;
import org.espalier.base.Result;
import org.espalier.base.SignalContext;
import org.espalier.base.View;

/**
 * The memory of one stream, attached. Serves one source or one sink of this component; the other side has its own attachment in
 * its own component. Closed by whoever made it, after which its source or sink is broken.
 *
 * <p>The server allocates and owns it, and takes the donation of its client for it: {@link PacketLayout#ram} and two capabilities,
 * the dataspace and its attachment. So the client pays, and the server still has memory that nobody else can take away or leave
 * holes in; a server never attaches memory of its client, whose holes would block it. A client that attaches it trusts its
 * server for just that, and pays for the capability that it received and for its attachment. It pays nothing for RAM but its donation.
 */
public final class PacketMemory implements AutoCloseable {
    private final RegionMap rm;
    private final PacketLayout layout;
    private final Capability<Dataspace> dataspace;
    private final View view;
    private final Runnable disposal;

    private PacketMemory(
            RegionMap rm, PacketLayout layout, Capability<Dataspace> dataspace, View view, Runnable disposal) {
        this.rm = rm;
        this.layout = layout;
        this.dataspace = dataspace;
        this.view = view;
        this.disposal = disposal;
    }

    /**
     * Allocates the memory of a stream. For servers, which have compared the donation with what this costs before.
     *
     * @return the memory, or OUT_OF_RAM or OUT_OF_CAPS when the server's own quota does not cover it, or what attaching says
     */
    public static Result<PacketMemory> allocate(Env env, PacketLayout layout) {
        return switch (env.ram().tryAlloc(layout.ram().bytes())) {
            case Allocation.Allocated(Capability<Dataspace> dataspace) ->
                attached(env.rm(), layout, dataspace, () -> env.ram().free(dataspace));
            case Allocation.OutOfRam outOfRam -> Result.failed(Failure.OUT_OF_RAM);
            case Allocation.OutOfCaps outOfCaps -> Result.failed(Failure.OUT_OF_CAPS);
            case Allocation.Unreachable(Failure failure) -> Result.failed(failure);
            case Allocation.InvalidSize invalid -> Result.failed(Failure.INVALID_ARGUMENT);
        };
    }

    /**
     * Attaches the memory of a stream that a server offers. The capability of the memory belongs to the result; where this fails,
     * it is released.
     *
     * @return the memory, or INVALID_ARGUMENT when what the server says of it is no layout or does not fit, or what attaching says
     */
    public static Result<PacketMemory> attach(RegionMap rm, PacketSession.Stream offered) {
        Capability<Dataspace> dataspace = offered.memory();
        if (!PacketLayout.isValid(offered.entries(), offered.bulkBytes())) {
            dataspace.release();
            return Result.failed(Failure.INVALID_ARGUMENT);
        }
        PacketLayout layout = new PacketLayout(offered.entries(), offered.bulkBytes());
        return attached(rm, layout, dataspace, dataspace::release);
    }

    private static Result<PacketMemory> attached(
            RegionMap rm, PacketLayout layout, Capability<Dataspace> dataspace, Runnable disposal) {
        return switch (rm.attach(dataspace)) {
            case Result.Ok<View>(View view)
            when view.size() >= layout.ram().bytes() ->
                Result.ok(new PacketMemory(rm, layout, dataspace, view, disposal));
            case Result.Ok<View>(View view) -> {
                rm.detach(view);
                disposal.run();
                yield Result.failed(Failure.INVALID_ARGUMENT);
            }
            case Result.Failed<View>(Failure failure) -> {
                disposal.run();
                yield Result.failed(failure);
            }
        };
    }

    /** What the server tells its client; {@code server} is the signal that wakes the server. */
    public PacketSession.Stream offer(Capability<SignalContext> server) {
        return new PacketSession.Stream(dataspace, server, layout.entries(), layout.bulkBytes());
    }

    /**
     * The source of the stream, for a component that is it. At most once, and on memory that is still zero.
     *
     * @param wake submits the signal that wakes the sink; must neither block nor throw
     */
    public PacketSource source(Runnable wake) {
        return new PacketSource(this, wake, 0);
    }

    /**
     * The sink of the stream, for a component that is it. At most once, and before the source submits anything that is to be
     * signalled.
     *
     * @param wake submits the signal that wakes the source; must neither block nor throw
     */
    public PacketSink sink(Runnable wake) {
        return new PacketSink(this, wake, 0);
    }

    /** The shape of the stream. */
    public PacketLayout layout() {
        return layout;
    }

    View view() {
        return view;
    }

    /** Detaches the memory; a server also frees it. */
    @Override
    public void close() {
        rm.detach(view);
        disposal.run();
    }
}
