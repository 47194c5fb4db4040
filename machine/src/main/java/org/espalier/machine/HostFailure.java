package org.espalier.machine;

/**
 * The host refused what the machine cannot do without, or ended a process of an engine from outside. It is no outcome of a program
 * that runs in ring 3: whatever such a program does is a {@link Trap}. The message names the host's call and its error number.
 */
public final class HostFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    HostFailure(String message) {
        super(message);
    }

    static HostFailure of(String call, long error) {
        return new HostFailure("The host refused " + call + " with error number " + -error + ".");
    }
}
