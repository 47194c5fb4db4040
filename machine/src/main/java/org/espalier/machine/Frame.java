package org.espalier.machine;

/**
 * A page frame of 4 KiB of physical memory, named by the physical address of its first byte. It says where memory is, not that it
 * exists: {@link PhysicalMemory} checks that at each access.
 */
public record Frame(long address) {
    /** Bytes in a frame. */
    public static final int BYTES = 4096;

    /**
     * Names the frame at {@code address}.
     *
     * @throws IllegalArgumentException if no frame begins at {@code address}
     */
    public Frame {
        if (address < 0 || address % BYTES != 0) {
            throw new IllegalArgumentException(
                    "No frame begins at physical address 0x" + Long.toHexString(address) + ".");
        }
    }
}
