package org.espalier.kernel.sel4;

/** A word of capability rights as programs pass it (libsel4, {@code seL4_CapRights}). */
final class CapRights {
    static final long WRITE = 1;
    static final long READ = 2;
    static final long GRANT = 4;
    static final long GRANT_REPLY = 8;

    private CapRights() {}
}
