package org.espalier.kernel.sel4;

import org.espalier.machine.Trap;

/** Sees what threads do, on the kernel's thread. */
interface Observer {
    /** Sees nothing. */
    Observer NONE = new Observer() {};

    /** A thread has trapped; nothing has been done about it. */
    default void before(int tcb, Trap trap) {}

    /** What a thread wanted has been done. {@code tcb} may have stopped or be gone; {@code next} runs from now on. */
    default void after(int tcb, Trap trap, int next) {}
}
