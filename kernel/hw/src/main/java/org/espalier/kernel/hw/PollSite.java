package org.espalier.kernel.hw;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;

/**
 * What all polls in the code of one domain go through. As long as the domain runs, its target does nothing, and the JVM's compiler
 * knows that; when the target changes, the JVM throws the compiled code away that relied on it, in the middle of a loop if need be.
 *
 * <p>Owned by its {@link Domain}. Thread-safe. All that stopping needs is made beforehand, for the heap may be full by then.
 */
final class PollSite {
    private static final MethodHandle GO_ON = MethodHandles.empty(MethodType.methodType(void.class));
    private static final MethodHandle THROW = MethodHandles.throwException(void.class, DomainEnded.class);

    private final MutableCallSite site = new MutableCallSite(GO_ON);
    private final MutableCallSite[] sites = {site};
    private final MethodHandle end;

    PollSite(DomainEnded ended) {
        this.end = THROW.bindTo(ended);
    }

    /** What a poll calls. It shows nothing of the site, so whoever gets hold of it can poll and nothing else. */
    MethodHandle poll() {
        return site.dynamicInvoker();
    }

    /** Has every poll throw from now on, for good. */
    void stop() {
        site.setTarget(end);
        MutableCallSite.syncAll(sites);
    }
}
