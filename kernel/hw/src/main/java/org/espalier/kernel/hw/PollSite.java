package org.espalier.kernel.hw;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;

/**
 * What all polls in the classes of one loader go through. As a rule its target does nothing, and the JVM's compiler knows that; when
 * the target changes, the JVM throws the compiled code away that relied on it, in the middle of a loop if need be. So it changes only
 * while some thread has to be found by a poll.
 *
 * <p>Owned by its {@link ComponentLoader}. Thread-safe. All that stopping needs is made beforehand, for the heap may be full by then.
 */
final class PollSite {
    private static final MethodHandle GO_ON = MethodHandles.empty(MethodType.methodType(void.class));
    private static final MethodHandle RUN = run();

    private final MethodHandle asRule;
    private final MutableCallSite site;
    private final MutableCallSite[] sites;
    private final MethodHandle check;
    private int armed;

    /**
     * Polls that do nothing.
     *
     * @param check what they do while they are armed: throw if the calling thread is to leave
     */
    PollSite(Runnable check) {
        this(check, GO_ON);
    }

    /**
     * Polls that do something at any time, which costs a call or a look each time.
     *
     * @param always what they do as long as they are not armed
     */
    PollSite(Runnable check, Runnable always) {
        this(check, RUN.bindTo(always));
    }

    private PollSite(Runnable check, MethodHandle asRule) {
        this.check = RUN.bindTo(check);
        this.asRule = asRule;
        this.site = new MutableCallSite(asRule);
        this.sites = new MutableCallSite[] {site};
    }

    private static MethodHandle run() {
        try {
            return MethodHandles.lookup().findVirtual(Runnable.class, "run", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Runnable has a public method run.", e);
        }
    }

    /** What a poll calls. It shows nothing of the site, so whoever gets hold of it can poll and nothing else. */
    MethodHandle poll() {
        return site.dynamicInvoker();
    }

    /** Has polls check from now on, until {@link #disarm} was called as often. */
    synchronized void arm() {
        if (armed++ == 0) {
            lead(check);
        }
    }

    synchronized void disarm() {
        if (--armed == 0) {
            lead(asRule);
        }
    }

    private void lead(MethodHandle target) {
        site.setTarget(target);
        MutableCallSite.syncAll(sites);
    }
}
