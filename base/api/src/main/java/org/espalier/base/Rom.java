package org.espalier.base;

/**
 * A ROM session: one module, read-only. The old content stays valid until the client asks for the new one. The module's name
 * is the last part of the session label.
 */
@Rpc("ROM")
public interface Rom {
    /**
     * The current content, which stays as it is until the next call; nothing when there is none. OUT_OF_RAM when the session's
     * donation does not cover it.
     */
    Result<Capability<Dataspace>> dataspace();

    /** Names who gets a signal when there is new content; one that is already there is signalled at once. */
    Result<Done> signal(Capability<SignalContext> context);
}
