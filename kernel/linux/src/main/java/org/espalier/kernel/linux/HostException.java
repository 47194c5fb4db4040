package org.espalier.kernel.linux;

import java.io.IOException;
import java.io.Serial;
import java.util.Locale;

/** The host has refused what the kernel needs of it: which system call, and the host's error number. */
final class HostException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    /** The host's error number, positive. */
    final int error;

    HostException(SystemCall call, int error) {
        this(call.name().toLowerCase(Locale.ROOT), error);
    }

    /** That it has refused what is asked of it by files of its own, whose reason comes without a number. */
    HostException(String subject, IOException reason) {
        super("The host refused " + subject + ": " + reason.getMessage() + ".", reason);
        this.error = Host.EIO;
    }

    HostException(String operation, int error) {
        super("The host refused " + operation + ": " + Host.describe(error) + ".");
        this.error = error;
    }
}
