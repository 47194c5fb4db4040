package org.espalier.base;

/** The outcome of moving quota from one protection domain to another; nothing has moved unless it is {@link Moved}. */
public sealed interface Transfer {
    /** Both amounts have moved. */
    record Moved() implements Transfer {}

    /** The source does not have that much unused RAM. */
    record OutOfRam(RamQuota needed, RamQuota available) implements Transfer {}

    /** The source does not have that many unused capabilities. */
    record OutOfCaps(CapQuota needed, CapQuota available) implements Transfer {}

    /** Neither of the two is the other's reference account. */
    record NotRelated() implements Transfer {}
}
