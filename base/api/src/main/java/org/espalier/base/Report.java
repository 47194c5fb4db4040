package org.espalier.base;

/**
 * The Report service: a component tells its state to whoever a policy names. The report's name is the last part of the session
 * label; the session argument {@code buffer_size} bounds its size in bytes.
 */
@Rpc("Report")
public interface Report {
    /** The buffer, which the client fills before {@link #submit}. */
    Result<Capability<Dataspace>> dataspace();

    /** Makes the first {@code length} bytes of the buffer the current report. */
    Result<Done> submit(long length);
}
