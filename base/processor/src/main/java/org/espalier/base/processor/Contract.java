package org.espalier.base.processor;

/** What the processor knows of {@code org.espalier.base}: names and two limits. Base cannot be a dependency of its own processor. */
final class Contract {
    /** The package of everything that generated code is written against. */
    static final String PACKAGE = "org.espalier.base";

    static final String RPC = PACKAGE + ".Rpc";
    static final String RESULT = PACKAGE + ".Result";
    static final String CAPABILITY = PACKAGE + ".Capability";
    static final String DONE = PACKAGE + ".Done";

    /** {@code Message.MAX_BYTES}. */
    static final int MAX_BYTES = 896;
    /** {@code Message.MAX_CAPS}. */
    static final int MAX_CAPS = 3;

    private Contract() {}
}
