package org.espalier.machine;

/** Where the vector state of a context is while it is not in the context: in the processor that it ran on last, so to speak. */
interface VectorHolder {
    /** Copies the state into the context and goes on holding it. */
    void save();

    /** Holds it no longer. */
    void drop();
}
