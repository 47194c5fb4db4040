package org.espalier.sandbox;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.espalier.base.CapQuota;
import org.espalier.base.Env;
import org.espalier.base.Pd;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Transfer;
import org.espalier.base.YieldRequest;

/**
 * What the host trades with its children and its parent outside of session requests. A child that asks for resources gets them
 * from what the host does not use, and else from what the host's parent grants. A parent that wants resources back gets what the
 * host does not use, and else what the children free.
 *
 * <p>Confined to the sandbox's entrypoint. Nobody is waited for: what the parent wants goes back in parts, as it comes free, and a child that frees
 * nothing, or never answers, keeps what it has.
 */
final class Trade {
    /** What the host keeps for itself at least: it moves quota and capabilities while it trades. */
    private static final long HOST_RAM = 64 << 10;

    private static final long HOST_CAPS = 64;

    private static final YieldRequest NOTHING = new YieldRequest(RamQuota.ZERO, CapQuota.ZERO);

    private final SandboxEnv env;
    private final Listener listener;
    private final Collection<Child> children;
    private final Trading trading;
    private long preservedRam = HOST_RAM;
    private long preservedCaps = HOST_CAPS;
    private boolean grantsWishes = true;
    private boolean hearsOfGrants;
    /** Whether the parent has asked for resources and not got them all. */
    private boolean owing;

    /**
     * Begins to listen to the parent.
     *
     * @param children those of the sandbox, as they are at each moment
     */
    Trade(SandboxEnv env, Listener listener, Collection<Child> children, Trading trading) {
        this.env = env;
        this.listener = listener;
        this.children = children;
        this.trading = trading;
        if (trading == Trading.WITH_PARENT) {
            env.component()
                    .ifPresent(host ->
                            host.onYieldRequest(count -> parentWants(host)).orThrow("Listening for yield requests"));
        }
    }

    /** Moves quota from the host to a child; false when the host does not have it or the child is gone. */
    boolean give(Child child, RamQuota ram, CapQuota caps) {
        return env.pd().transfer(child.pdCapability, ram, caps) instanceof Result.Ok<Transfer>(Transfer.Moved());
    }

    private Quotas own() {
        Pd pd = env.pd();
        return pd.quotas().orThrow("Asking for the host's own quota");
    }

    private long spareRam(Quotas own) {
        return Math.max(0, own.ramAvailable().bytes() - preservedRam);
    }

    private long spareCaps(Quotas own) {
        return Math.max(0, own.capsAvailable().count() - preservedCaps);
    }

    void preserve(RamQuota ram, CapQuota caps) {
        preservedRam = HOST_RAM + ram.bytes();
        preservedCaps = HOST_CAPS + caps.count();
    }

    long preservedRam() {
        return preservedRam;
    }

    long preservedCaps() {
        return preservedCaps;
    }

    void grantsWishes(boolean grants) {
        grantsWishes = grants;
    }

    // ---- quotas that change while a child runs

    /**
     * Takes back by what the {@link ChildSpec} of a child has shrunk: what it never got, then what it does not use, and the rest when
     * it yields that. What it was granted beyond its quota stays with it.
     */
    void lower(Child child) {
        long ram = Math.max(0, child.endowed.ram() - child.spec.ram().bytes());
        long caps = Math.max(0, child.endowed.caps() - child.spec.caps().count());
        long neverGiven = Math.min(ram, child.lacking.ram());
        long neverGivenCaps = Math.min(caps, child.lacking.caps());
        child.lacking = child.lacking.plus(-neverGiven, -neverGivenCaps);
        child.endowed = child.endowed.plus(-ram, -caps);
        RamQuota wantedRam = new RamQuota(ram - neverGiven);
        CapQuota wantedCaps = new CapQuota(caps - neverGivenCaps);
        if ((wantedRam.bytes() > 0 || wantedCaps.count() > 0)
                && child.pd.quotas() instanceof Result.Ok<Quotas>(Quotas quotas)) {
            child.want(wantedRam, wantedCaps);
            take(child, quotas.ramAvailable(), quotas.capsAvailable());
            child.askAgain();
        }
    }

    /** Gives a child what its {@link ChildSpec} has grown by, and what it lacks since before, as far as the host has it to spare. */
    void raise(Child child) {
        long ram = Math.max(0, child.spec.ram().bytes() - child.endowed.ram());
        long caps = Math.max(0, child.spec.caps().count() - child.endowed.caps());
        child.endowed = child.endowed.plus(ram, caps);
        child.lacking = child.lacking.plus(ram, caps);
        if (child.lacking.equals(Amounts.NOTHING)) {
            return;
        }
        Quotas own = own();
        long givenRam = Math.min(child.lacking.ram(), spareRam(own)) & -RamQuota.PAGE;
        long givenCaps = Math.min(child.lacking.caps(), spareCaps(own));
        if (give(child, new RamQuota(givenRam), new CapQuota(givenCaps))) {
            child.lacking = child.lacking.plus(-givenRam, -givenCaps);
        }
        if ((ram > 0 && child.lacking.ram() > 0) || (caps > 0 && child.lacking.caps() > 0)) {
            env.log()
                    .warning(child.spec.position() + ": child ‘" + child + "’ is to have " + child.spec.ram()
                            + " of RAM and " + child.spec.caps() + " capabilities, and "
                            + new RamQuota(child.lacking.ram()) + " and " + child.lacking.caps()
                            + " of them are not available");
        }
        if (child.wish != null && (givenRam > 0 || givenCaps > 0)) {
            child.wish = null;
            child.granted();
        }
    }

    // ---- wishes of children

    /** Takes a wish for resources; true when it was granted at once. */
    boolean wished(Child child, Child.Wish wish) {
        boolean isFirst = child.wish == null;
        child.wish = wish;
        if (grant(child) || (askParent(wish) && grant(child))) {
            return true;
        }
        listener.requests(child.spec);
        if (isFirst) {
            env.log()
                    .info("child ‘" + child + "’ requests resources: " + wish.ram() + " of RAM, " + wish.caps()
                            + " capabilities");
        }
        return false;
    }

    private boolean grant(Child child) {
        Child.Wish wish = child.wish;
        if (wish == null || trading == Trading.NOTHING || !grantsWishes) {
            return false;
        }
        Quotas own = own();
        if (wish.ram().bytes() > spareRam(own) || wish.caps().count() > spareCaps(own)) {
            return false;
        }
        if (!give(child, wish.ram(), wish.caps())) {
            return false;
        }
        child.wish = null;
        return true;
    }

    /** Asks the host's own parent for what is missing; true when it came at once. */
    private boolean askParent(Child.Wish wish) {
        Optional<Env> component = trading == Trading.WITH_PARENT && grantsWishes ? env.component() : Optional.empty();
        if (component.isEmpty()) {
            return false;
        }
        Env host = component.get();
        if (!hearsOfGrants) {
            hearsOfGrants = host.onGrant(count -> cameFree()).isOk();
        }
        Quotas own = own();
        return host.requestResources(
                new RamQuota(Math.max(0, wish.ram().bytes() - spareRam(own))),
                new CapQuota(Math.max(0, wish.caps().count() - spareCaps(own))));
    }

    /** Does with what has come free what is due: the parent comes first, the children's wishes after it. */
    void cameFree() {
        env.component().ifPresent(this::giveBack);
        for (Child child : children) {
            if (child.wish != null && grant(child)) {
                child.granted();
            }
        }
    }

    // ---- what is asked back

    private void parentWants(Env host) {
        owing = true;
        askChildren(giveBack(host), children);
    }

    /** Gives the parent what it wants and the host does not use; what is missing then. */
    private YieldRequest giveBack(Env host) {
        if (!owing) {
            return NOTHING;
        }
        YieldRequest request = host.yieldRequest();
        Quotas own = own();
        long ram = Math.min(request.ram().bytes(), spareRam(own));
        long caps = Math.min(request.caps().count(), spareCaps(own));
        if (ram > 0 || caps > 0) {
            host.yielded(new RamQuota(ram), new CapQuota(caps));
            request = host.yieldRequest();
        }
        owing = !request.equals(NOTHING);
        return request;
    }

    /** Asks each of the children that listens for its share of what is missing, by what it owns. */
    private static void askChildren(YieldRequest missing, Collection<Child> willing) {
        if (missing.equals(NOTHING)) {
            return;
        }
        long ram = missing.ram().bytes();
        long caps = missing.caps().count();
        List<Child> listening = willing.stream().filter(Child::hearsYields).toList();
        List<Quotas> owned = listening.stream().map(Child::quotas).toList();
        double allRam = Math.max(
                1, owned.stream().mapToDouble(quotas -> quotas.ram().bytes()).sum());
        double allCaps = Math.max(
                1, owned.stream().mapToDouble(quotas -> quotas.caps().count()).sum());
        for (int i = 0; i < listening.size(); i++) {
            long ramShare = (long) Math.ceil(ram * (owned.get(i).ram().bytes() / allRam));
            long capShare = (long) Math.ceil(caps * (owned.get(i).caps().count() / allCaps));
            listening.get(i).askBack(new RamQuota(RamQuota.pages(ramShare)), new CapQuota(capShare));
        }
    }

    /** Takes what the child says that it freed, at most what it is asked for. */
    void yielded(Child child, RamQuota ram, CapQuota caps) {
        if (child.pd.quotas() instanceof Result.Ok<Quotas>(Quotas quotas)) {
            take(
                    child,
                    new RamQuota(Math.min(ram.bytes(), quotas.ramAvailable().bytes())),
                    new CapQuota(Math.min(caps.count(), quotas.capsAvailable().count())));
        }
        cameFree();
        if (owing && child.wanted().equals(NOTHING)) {
            env.component().ifPresent(host -> askWilling(host.yieldRequest()));
        }
    }

    /** Takes what is wanted of a child, at most what is {@code free}. */
    private void take(Child child, RamQuota freeRam, CapQuota freeCaps) {
        YieldRequest wanted = child.wanted();
        RamQuota ram = new RamQuota(Math.min(wanted.ram().bytes(), freeRam.bytes()));
        CapQuota caps = new CapQuota(Math.min(wanted.caps().count(), freeCaps.count()));
        if (child.pd.transfer(env.pdCapability(), ram, caps) instanceof Result.Ok<Transfer>(Transfer.Moved())) {
            child.gaveBack(ram, caps);
            listener.yielded(child.spec, ram, caps);
            listener.changed();
        }
    }

    /** Asks those once more that gave what they were asked for: others may give nothing at all. */
    private void askWilling(YieldRequest missing) {
        askChildren(
                missing,
                children.stream()
                        .filter(child -> child.wanted().equals(NOTHING))
                        .toList());
    }
}
