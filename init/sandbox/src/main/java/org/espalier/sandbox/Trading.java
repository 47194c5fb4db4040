package org.espalier.sandbox;

/** What a host does by itself when a child, or its own parent, asks for resources. */
public enum Trading {
    /** Nothing: wishes of children wait for the host to do something. */
    NOTHING,
    /** Children get what they wish for from what the host does not use. */
    FROM_SLACK,
    /**
     * Children get it from there, or from what the host's own parent grants; and the host's parent gets back what the host does
     * not use, or the children free.
     */
    WITH_PARENT
}
