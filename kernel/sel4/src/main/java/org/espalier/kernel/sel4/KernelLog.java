package org.espalier.kernel.sel4;

/** Where the kernel says what nobody else is told. Called on the kernel's thread; must not throw. */
@FunctionalInterface
interface KernelLog {
    /** One line without line break. */
    void line(String text);

    /** A thread has faulted and has no handler that can be told. */
    default void doubleFault(String thread, String second, String first, long address) {
        line("Thread %s has stopped at 0x%x: %s, and its fault handler could not be told: %s."
                .formatted(thread, address, first, second));
    }
}
