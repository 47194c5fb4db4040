package org.espalier.machine;

/** What a program wanted of the memory that it was refused. An instruction that reads and writes wanted to write. */
public enum Access {
    READ,
    WRITE,
    EXECUTE
}
