package org.espalier.cli;

/** A command that cannot go on, with the one message that its user sees and the exit code. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode code;

    Refusal(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    ExitCode code() {
        return code;
    }
}
