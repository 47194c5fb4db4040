package org.espalier.kernel.sel4.core;

import java.util.function.BooleanSupplier;
import org.espalier.kernel.hw.Carrier.CarriedDomain;
import org.espalier.kernel.hw.Fabric.Exhausted;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.kernel.sel4.core.CoreObjects.Made;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects that a domain pays for before they are made, and that end with its space at the latest. Thread-safe. Charging takes locks of
 * the tables, so it is never done within the {@link RootTask}'s monitor.
 */
final class Purse {
    private final CarriedDomain domain;
    private final Sel4Space space;
    private final RootTask root;

    Purse(CarriedDomain domain, Sel4Space space) {
        this.domain = domain;
        this.space = space;
        this.root = space.root();
    }

    /** An object; {@code null}, with nothing charged, if it cannot be paid, or there is no memory, or the domain has ended. */
    @Nullable Made make(int type, int size) {
        long bytes = 1L << ObjectType.bits(type, size);
        if (!pay(bytes)) {
            return null;
        }
        synchronized (root) {
            try {
                return space.own(type, size);
            } catch (Exhausted e) {
                // Refunded below, without the monitor.
            }
        }
        domain.refund(bytes);
        return null;
    }

    /** Ends an object and refunds it. Once. */
    void unmake(Made made) {
        synchronized (root) {
            space.end(made);
        }
        domain.refund(made.bytes());
    }

    /** Pays for what somebody else makes; false if that cannot be. */
    boolean pay(long bytes) {
        return domain.charge(bytes).isEmpty();
    }

    /** Takes back what was paid so. */
    void refund(long bytes) {
        domain.refund(bytes);
    }

    /** Makes invocations within the root task's monitor, unless the domain has ended, with all its objects; false then, or what it says. */
    boolean within(BooleanSupplier invocations) {
        synchronized (root) {
            return !space.isClosed() && invocations.getAsBoolean();
        }
    }
}
