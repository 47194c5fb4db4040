package org.espalier.kernel.sel4;

/** Where the characters of {@code DebugPutChar} go. Called on the kernel's thread. */
@FunctionalInterface
public interface Console {
    /** One byte of text, in whatever encoding the programs use. */
    void put(byte character);
}
