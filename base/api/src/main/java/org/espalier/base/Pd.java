package org.espalier.base;

/**
 * The PD service of core: a session is a protection domain with its capability space and its accounts for RAM and
 * capabilities. A new domain owns exactly what was donated with the session request; closing the session ends the domain and
 * returns everything to the account that it came from. A session request may ask for {@link Limits} and a {@link Placement}, which
 * become narrower with every parent on its way. Whoever opened the session configures the domain; the component that
 * runs in it gets the same session as a part of its environment, where the operations that configure have no effect any more.
 */
@Rpc("PD")
public interface Pd {
    /** Allocates {@code bytes} of zeroed memory, rounded up to {@link RamQuota#PAGE}. */
    Result<Allocation> alloc(long bytes);

    /** Frees memory that this domain allocated; it disappears wherever it is attached. */
    Result<Done> free(Capability<Dataspace> dataspace);

    /**
     * A capability for the same memory that allows reading alone. Costs one capability until it, or the memory itself, is
     * given to {@link #free}.
     */
    Result<Capability<Dataspace>> readOnly(Capability<Dataspace> dataspace);

    /** Size of a dataspace in bytes. */
    Result<Long> size(Capability<Dataspace> dataspace);

    /** What this domain owns and uses. */
    Result<Quotas> quotas();

    /** Names the account that this domain trades with and that inherits what it owns. Once only. */
    Result<Done> referenceAccount(Capability<Pd> reference);

    /** Moves quota from this domain to {@code to}; one of the two must be the other's reference account. */
    Result<Transfer> transfer(Capability<Pd> to, RamQuota ram, CapQuota caps);

    /**
     * Takes back what was donated from {@code debtor} to {@code creditor}, both of which have this domain as reference account
     * or are this domain. What the debtor has spent stays charged to it: it allocates nothing until it has paid, and the
     * creditor gets it then.
     *
     * @return what is still owed
     */
    Result<Owed> reclaim(Capability<Pd> debtor, Capability<Pd> creditor, RamQuota ram, CapQuota caps);

    /**
     * Starts the program in {@code binary}, a JAR or ELF file as its content tells.
     *
     * @param parent the object that answers the component's requests
     * @param faults gets a signal when the component faults; see {@link #fault}
     */
    Result<Start> start(Capability<Dataspace> binary, Capability<Parent> parent, Capability<SignalContext> faults);

    /** The first fault of the domain, as text; empty when there was none. */
    Result<String> fault();
}
