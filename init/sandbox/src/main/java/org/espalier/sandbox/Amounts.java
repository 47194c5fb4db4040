package org.espalier.sandbox;

/**
 * Amounts of the two resources that are traded.
 *
 * @param ram in bytes
 * @param caps capabilities
 */
record Amounts(long ram, long caps) {
    static final Amounts NOTHING = new Amounts(0, 0);

    Amounts plus(long moreRam, long moreCaps) {
        return new Amounts(ram + moreRam, caps + moreCaps);
    }
}
