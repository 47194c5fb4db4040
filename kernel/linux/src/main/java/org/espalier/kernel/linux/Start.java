package org.espalier.kernel.linux;

/** Whether a program began. */
sealed interface Start {
    /** It runs, and is owned by whoever has started it. */
    record Started(ConfinedProcess process) implements Start {}

    /** It does not; nothing is left of it. */
    record Failed(StartFailure failure) implements Start {}
}
