package org.espalier.cli;

/** What the process says at its end. The launcher adds 3 (this machine lacks something) and 4 (the build failed). */
public enum ExitCode {
    OK(0, "done as asked"),
    UNEXPECTED(1, "a scenario did not show what it was expected to show, or check or verify found something"),
    USAGE(2, "the command line was wrong, or check or verify cannot read what they were given"),
    INPUT(5, "a scenario or configuration could not be read"),
    REFUSED(6, "the kernel cannot run here, or does not enforce what is required"),
    EXITED(7, "the system ended itself with a value other than 0, or faulted"),
    NO_SYSTEM(8, "no such system is running, or it does not answer"),
    INTERRUPTED(130, "ended by Ctrl-C");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** The number. */
    public int code() {
        return code;
    }

    /** What it means, for people. */
    public String meaning() {
        return meaning;
    }
}
