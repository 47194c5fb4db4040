package org.espalier.machine;

/** Where the processor's walk through the page tables for one address ends. */
public sealed interface Walk {
    /**
     * A page of ring 3. {@code physical} is where the address itself is, not where its page begins; {@code rights} are those
     * that all levels grant; {@code entry} is the physical address of the entry that maps the page.
     */
    record Mapped(long physical, PageSize size, Rights rights, long entry) implements Walk {}

    /** The entry at physical address {@code entry}, in a table of {@code level}, is not present. */
    record Absent(int level, long entry) implements Walk {}

    /**
     * The entry at physical address {@code entry}, in a table of {@code level}, withholds the page from ring 3, has bits set that
     * are reserved, or leads out of physical memory.
     */
    record Withheld(int level, long entry) implements Walk {}

    /** The address is not canonical, or not one that a program may have: {@link UserHalf}. */
    record OutsideOfUserHalf() implements Walk {}
}
