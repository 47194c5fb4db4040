package org.espalier.sandbox;

import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;

/**
 * Amounts of the two resources that are traded.
 *
 * @param ram in bytes
 * @param caps capabilities
 */
record Amounts(long ram, long caps) {
    static final Amounts NOTHING = new Amounts(0, 0);

    static Amounts of(RamQuota ram, CapQuota caps) {
        return new Amounts(ram.bytes(), caps.count());
    }

    Amounts plus(Amounts more) {
        return new Amounts(ram + more.ram, caps + more.caps);
    }

    Amounts minus(Amounts less) {
        return new Amounts(ram - less.ram, caps - less.caps);
    }

    /** Of each resource the lesser amount. */
    Amounts atMost(Amounts limit) {
        return new Amounts(Math.min(ram, limit.ram), Math.min(caps, limit.caps));
    }

    /** Without what is below zero. */
    Amounts positive() {
        return new Amounts(Math.max(0, ram), Math.max(0, caps));
    }

    RamQuota ramQuota() {
        return new RamQuota(ram);
    }

    CapQuota capQuota() {
        return new CapQuota(caps);
    }
}
