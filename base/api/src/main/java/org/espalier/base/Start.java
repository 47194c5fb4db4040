package org.espalier.base;

/** The outcome of starting a program in a protection domain. */
public sealed interface Start {
    /** The program was accepted and begins to run; what goes wrong from here on is a fault of its own. */
    record Started() implements Start {}

    /** The binary is not one that this kernel can run; {@code reason} says what was found and what was expected. */
    record NotRunnable(String reason) implements Start {}

    /** The domain's quota does not cover what it takes to start. */
    record OutOfQuota(String reason) implements Start {}

    /** The domain already runs a program, or ended. */
    record AlreadyStarted() implements Start {}
}
