package org.espalier.check;

import java.util.Optional;
import org.espalier.config.Schema;

/** What a ROM module is as a program. */
public sealed interface Program {
    /** There is no such module. */
    record Absent() implements Program {}

    /**
     * A component that says what it needs.
     *
     * @param schema of its configuration, if it says so
     */
    record Known(Manifest manifest, Optional<Schema> schema) implements Program {}

    /**
     * Something whose needs nobody knows.
     *
     * @param why one sentence that goes on after the name of the module
     */
    record Unknown(String why) implements Program {}
}
