package org.espalier.kernel.sel4;

/** A root task cannot be started; the message says why, in a full sentence. */
public final class BootFailure extends Exception {
    private static final long serialVersionUID = 1;

    BootFailure(String message) {
        super(message);
    }
}
