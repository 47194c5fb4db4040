package org.espalier.bench.start;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** What the program that measures asks of the host. Neither method waits for a child. */
@Rpc("Host")
public interface Host {
    /** {@code count} times, one after the other, starts a child that writes a line and exits, and destroys it. */
    Result<Done> startAndEnd(int count);

    /** Starts one child that writes a line, a native one or one in a JAR, and keeps it until {@link #end}. */
    Result<Done> start(boolean isNative);

    /** Destroys what {@link #start} and {@link #keep} have started. */
    Result<Done> end();

    /** Starts {@code count} children that stay. */
    Result<Done> keep(int count);

    /** How the host reaches the program. */
    @Rpc("HostDriver")
    interface Driver {
        /** Hands over the host. */
        Result<Done> ready(Capability<Host> host);

        /** What {@link Host#startAndEnd} began is done. */
        Result<Done> finished();
    }
}
