package org.espalier.base;

/** The LOG service: text for whoever watches, line by line, each with the session's label in front. */
@Rpc("LOG")
public interface LogSession {
    /** Longest text of one call, in bytes of UTF-8. */
    int MAX_BYTES = 880;

    /** Appends {@code text}; a line is complete at its line feed. */
    Result<Done> write(String text);
}
