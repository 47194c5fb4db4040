package org.espalier.base;

/** The value of an operation that has none but its success. Takes no byte on the wire. */
public enum Done {
    DONE;

    static final Result<Done> RESULT = new Result.Ok<>(DONE);
}
