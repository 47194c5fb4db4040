package org.espalier.machine;

/** What came of a change to page tables. All but {@link Done} have changed nothing, save for tables that were put in on the way. */
public sealed interface MapResult {
    record Done() implements MapResult {}

    /** There is no table of {@code level} for the address, and none was offered. */
    record NoTable(int level) implements MapResult {}

    /** There is a page, or a table, at this address already; {@code level} is that of the table with the entry for it. */
    record Occupied(int level) implements MapResult {}

    /** Nothing of this size is mapped there. */
    record NotMapped() implements MapResult {}

    /** An address that a program may not have: {@link UserHalf}. */
    record OutsideOfUserHalf() implements MapResult {}

    /** The address, or the memory, does not begin at a multiple of the size. */
    record Misaligned() implements MapResult {}

    /** The memory to be mapped does not exist. */
    record NoSuchMemory() implements MapResult {}
}
