package org.espalier.base;

/** The state of a managed dataspace as its pager sees it. */
public sealed interface RegionFault {
    /** No access waits. */
    record None() implements RegionFault {}

    /** A thread waits for the byte at {@code offset}, to write it when {@code write}. */
    record Waiting(long offset, boolean write) implements RegionFault {}
}
