package org.espalier.core;

/** The outcome of starting a system. */
public sealed interface Boot {
    /** It runs, and whoever asked for it must close it. */
    record Running(EspalierSystem system) implements Boot {}

    /** It was not started, and nothing is left of the attempt. */
    record Refused(String reason) implements Boot {}

    /**
     * The system, where the program cannot go on without.
     *
     * @throws IllegalStateException with the reason if it was refused
     */
    default EspalierSystem orThrow() {
        return switch (this) {
            case Running(EspalierSystem system) -> system;
            case Refused(String reason) -> throw new IllegalStateException(reason);
        };
    }
}
