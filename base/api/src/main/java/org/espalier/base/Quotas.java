package org.espalier.base;

/**
 * What a protection domain owns and uses at one moment.
 *
 * @param ram RAM quota
 * @param ramUsed RAM charged to it
 * @param caps capability quota
 * @param capsUsed capabilities charged to it
 */
public record Quotas(RamQuota ram, RamQuota ramUsed, CapQuota caps, CapQuota capsUsed) {
    /** Nothing at all. */
    public static final Quotas NONE = new Quotas(RamQuota.ZERO, RamQuota.ZERO, CapQuota.ZERO, CapQuota.ZERO);

    /** RAM that is not used. */
    public RamQuota ramAvailable() {
        return new RamQuota(Math.max(0, ram.bytes() - ramUsed.bytes()));
    }

    /** Capabilities that are not used. */
    public CapQuota capsAvailable() {
        return new CapQuota(Math.max(0, caps.count() - capsUsed.count()));
    }
}
