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

    private final SandboxEnv env;
    private final Listener listener;
    private final Collection<Child> children;
    private final Starts starts;
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
     * @param starts those of them whose turn to begin has not come
     */
    Trade(SandboxEnv env, Listener listener, Collection<Child> children, Starts starts, Trading trading) {
        this.env = env;
        this.listener = listener;
        this.children = children;
        this.starts = starts;
        this.trading = trading;
        if (trading == Trading.WITH_PARENT) {
            env.component()
                    .ifPresent(host ->
                            host.onYieldRequest(count -> parentWants(host)).orThrow("Listening for yield requests"));
        }
    }

    /** Moves quota from the host to a child; false when the host does not have it or the child is gone. */
    boolean give(Child child, Amounts amounts) {
        return env.pd().transfer(child.pdCapability, amounts.ramQuota(), amounts.capQuota())
                instanceof Result.Ok<Transfer>(Transfer.Moved());
    }

    /** What the host has, does not use, and is not to preserve. */
    private Amounts spare() {
        Pd pd = env.pd();
        return available(pd.quotas().orThrow("Asking for the host's own quota"))
                .minus(new Amounts(preservedRam, preservedCaps))
                .positive();
    }

    /** What of it is not due to a child that is still to begin. */
    private Amounts unclaimed() {
        Amounts spare = spare();
        return spare.minus(starts.claims(spare)).positive();
    }

    private static Amounts available(Quotas quotas) {
        return Amounts.of(quotas.ramAvailable(), quotas.capsAvailable());
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
     * Takes back what a child has above its quota since that shrank: at once what it does not use, and the rest when it yields that. What it
     * was granted beyond its quota stays with it.
     */
    void takeExcess(Child child) {
        Amounts excess = child.balance.excess();
        if (!excess.equals(Amounts.NOTHING) && child.pd.quotas() instanceof Result.Ok<Quotas>(Quotas quotas)) {
            take(child, excess.atMost(available(quotas)));
            child.askAgain();
        }
    }

    /** Gives a child what it lacks of its quota, as far as the host has it to spare. */
    void giveLacking(Child child) {
        Amounts lacking = child.balance.lacking();
        if (lacking.equals(Amounts.NOTHING)) {
            return;
        }
        Amounts given = lacking.atMost(spare());
        if (given.ram() < lacking.ram()) {
            given = new Amounts(given.ram() & -RamQuota.PAGE, given.caps());
        }
        if (give(child, given)) {
            child.balance.given(given);
        }
        Amounts left = child.balance.lacking();
        if (!left.equals(Amounts.NOTHING)) {
            env.log()
                    .warning(child.spec.position() + ": child ‘" + child + "’ is to have " + child.spec.ram()
                            + " of RAM and " + child.spec.caps() + " capabilities, and " + left.ramQuota() + " and "
                            + left.caps() + " of them are not available");
        }
        if (child.wish != null && !left.equals(lacking)) {
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
        Amounts wished = Amounts.of(wish.ram(), wish.caps());
        if (!wished.atMost(unclaimed()).equals(wished) || !give(child, wished)) {
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
        Amounts missing = Amounts.of(wish.ram(), wish.caps()).minus(unclaimed()).positive();
        return host.requestResources(missing.ramQuota(), missing.capQuota());
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
    private Amounts giveBack(Env host) {
        if (!owing) {
            return Amounts.NOTHING;
        }
        Amounts given = wanted(host).atMost(unclaimed());
        if (!given.equals(Amounts.NOTHING)) {
            host.yielded(given.ramQuota(), given.capQuota());
        }
        Amounts missing = wanted(host);
        owing = !missing.equals(Amounts.NOTHING);
        return missing;
    }

    private static Amounts wanted(Env host) {
        YieldRequest request = host.yieldRequest();
        return Amounts.of(request.ram(), request.caps());
    }

    /** Asks each of the children that listens for its share of what is missing, by what it owns. */
    private static void askChildren(Amounts missing, Collection<Child> willing) {
        if (missing.equals(Amounts.NOTHING)) {
            return;
        }
        List<Child> listening = willing.stream().filter(Child::hearsYields).toList();
        List<Quotas> owned = listening.stream().map(Child::quotas).toList();
        double allRam = Math.max(
                1, owned.stream().mapToDouble(quotas -> quotas.ram().bytes()).sum());
        double allCaps = Math.max(
                1, owned.stream().mapToDouble(quotas -> quotas.caps().count()).sum());
        for (int i = 0; i < listening.size(); i++) {
            double ramPart = owned.get(i).ram().bytes() / allRam;
            double capPart = owned.get(i).caps().count() / allCaps;
            listening.get(i).askBack(new Amounts(RamQuota.pages((long) Math.ceil(missing.ram() * ramPart)), (long)
                    Math.ceil(missing.caps() * capPart)));
        }
    }

    /** Takes what the child says that it freed, at most what it is asked for. */
    void yielded(Child child, Amounts freed) {
        if (child.pd.quotas() instanceof Result.Ok<Quotas>(Quotas quotas)) {
            take(child, child.balance.wanted().atMost(freed).atMost(available(quotas)));
        }
        cameFree();
        if (owing && wantsNothingOf(child)) {
            env.component().ifPresent(host -> askWilling(wanted(host)));
        }
    }

    private void take(Child child, Amounts amounts) {
        if (child.pd.transfer(env.pdCapability(), amounts.ramQuota(), amounts.capQuota())
                instanceof Result.Ok<Transfer>(Transfer.Moved())) {
            child.balance.gaveBack(amounts);
            listener.yielded(child.spec, amounts.ramQuota(), amounts.capQuota());
            listener.changed();
        }
    }

    /** Asks those once more that gave what they were asked for: others may give nothing at all. */
    private void askWilling(Amounts missing) {
        askChildren(missing, children.stream().filter(Trade::wantsNothingOf).toList());
    }

    private static boolean wantsNothingOf(Child child) {
        return child.balance.wanted().equals(Amounts.NOTHING);
    }
}
