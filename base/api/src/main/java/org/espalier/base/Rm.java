package org.espalier.base;

/**
 * The RM service of core: a session is a managed dataspace, an empty range of addresses that its owner fills with other
 * dataspaces, before or when somebody touches a hole. The session argument {@code size} gives its size in bytes.
 */
@Rpc("RM")
public interface Rm {
    /** The managed dataspace; attaching it makes the range accessible. */
    Result<Capability<Dataspace>> dataspace();

    /**
     * Puts {@code size} bytes of {@code dataspace} from {@code offset} on at {@code at}; all multiples of {@link
     * RamQuota#PAGE}. Wakes those who wait for an access in that range. DENIED where something is attached already; OUT_OF_CAPS
     * when the donation of the session does not cover one more entry; INVALID_ARGUMENT for what would contain itself.
     *
     * @param dataspace may be a managed one: a hole in it is then its owner's to fill
     */
    Result<Done> attach(Capability<Dataspace> dataspace, long offset, long size, long at, boolean writable);

    /** Takes away what was attached at {@code at}. */
    Result<Done> detach(long at);

    /** Names who gets a signal when an access waits for a hole to be filled. */
    Result<Done> faultSignal(Capability<SignalContext> context);

    /** The oldest access that still waits. */
    Result<RegionFault> fault();
}
