package org.espalier.kernel.sel4;

/**
 * Releases of seL4 that number operations differently (generated header {@code sel4/invocation.h} of each). All else that programs of
 * the classic configuration see is the same in them.
 */
public enum Abi {
    /** 13.0, of July 2024. */
    V13,
    /** 14.0, of November 2025. */
    V14,
    /** 15.0 and 16.0, of March and July 2026. */
    V16
}
