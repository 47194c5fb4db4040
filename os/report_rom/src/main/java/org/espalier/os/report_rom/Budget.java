package org.espalier.os.report_rom;

import org.espalier.base.CapQuota;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;

/**
 * What this component may spend of its own. The account alone cannot tell, because the donations of all sessions are in it.
 * Confined to the entrypoint.
 */
final class Budget {
    private long ram;
    private long caps;

    private Budget(long ram, long caps) {
        this.ram = ram;
        this.caps = caps;
    }

    /** All that is unused now, before the first donation can arrive, less {@code reserved} capabilities for other ends. */
    static Budget of(Quotas quotas, CapQuota reserved) {
        return new Budget(
                quotas.ramAvailable().bytes(),
                Math.max(0, quotas.capsAvailable().count() - reserved.count()));
    }

    /** Takes both amounts or neither. */
    boolean take(RamQuota ramAmount, CapQuota capAmount) {
        if (ram < ramAmount.bytes() || caps < capAmount.count()) {
            return false;
        }
        ram -= ramAmount.bytes();
        caps -= capAmount.count();
        return true;
    }

    void giveBack(RamQuota ramAmount, CapQuota capAmount) {
        ram += ramAmount.bytes();
        caps += capAmount.count();
    }

    RamQuota ram() {
        return new RamQuota(ram);
    }

    CapQuota caps() {
        return new CapQuota(caps);
    }
}
