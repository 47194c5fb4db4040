package org.espalier.core;

/** The version of this installation. */
public final class Version {
    /** As messages show it. */
    public static final String TEXT = "0.1.0";

    private Version() {}
}
