package org.espalier.check;

/** What a ROM module is as a program. */
public sealed interface Program {
    /** There is no such module. */
    record Absent() implements Program {}

    /** A component that says what it needs. */
    record Known(Manifest manifest) implements Program {}

    /**
     * Something whose needs nobody knows.
     *
     * @param why one sentence that goes on after the name of the module
     */
    record Unknown(String why) implements Program {}
}
