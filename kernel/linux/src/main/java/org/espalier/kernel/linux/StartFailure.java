package org.espalier.kernel.linux;

import java.util.Locale;
import java.util.stream.Stream;

/**
 * Why a component's program did not begin.
 *
 * @param step what failed
 * @param reason what the host, or whoever sets up the sandbox, has said of it
 */
record StartFailure(Step step, String reason) {
    /** The steps of a start, with the numbers of the starter's {@code enum step}, of which {@link #SANDBOX} is none. */
    enum Step {
        /** None; for the starter's word that all went well. */
        STARTED(0),
        /** The kernel's word to begin was not what the starter knows. */
        WORD(1),
        /** The second seccomp program could not be read. */
        FILTER_READ(2),
        /** The component's file is no static ELF program for x86-64. */
        HEADER(3),
        /** A part of the component's file has no place in memory. */
        SEGMENT(4),
        /** There is no memory for a stack. */
        STACK(5),
        /** The host did not take a limit. */
        LIMIT(6),
        /** The host did not take the second seccomp program. */
        CONFINE(7),
        /** The sandbox was not set up. */
        SANDBOX(8),
        /** None; for the starter's word that it waits, and that the host ends it when its parent dies. */
        READY(9);

        private final int number;

        Step(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        /** The step that the starter calls {@code number}. */
        static Step numbered(int number) {
            return Stream.of(values())
                    .filter(step -> step.number == number)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("The starter has no step " + number + "."));
        }
    }

    @Override
    public String toString() {
        return "The program did not begin, at the step "
                + step.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + reason;
    }
}
