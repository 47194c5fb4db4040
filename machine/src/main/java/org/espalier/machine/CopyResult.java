package org.espalier.machine;

/** What came of a copy between a kernel and a program. */
public sealed interface CopyResult {
    /** All of it was copied. */
    record Done() implements CopyResult {}

    /** The program itself could not make the access at {@code address}; {@code copied} bytes before it were. */
    record Refused(long address, int copied) implements CopyResult {}
}
