package org.espalier.kernel.spi;

/**
 * A capability of the kernel beneath a system, or several of the same kind in a row, as {@code inspect} shows them: what there is, who
 * holds it, and from which other one it was derived. Immutable.
 *
 * @param slot tells it from all others of this moment
 * @param parent the slot of the one that it was derived from; 0 for one that was there at first
 * @param holder whose slot that is, for people
 * @param type of the object, as the kernel calls it
 * @param object address of the object; 0 where there is none
 * @param bytes of memory that the object takes; 0 where it takes none
 * @param badge what its use tells the receiver; 0 for nothing
 * @param rights what may be done by it, empty where that says nothing
 * @param count of objects that follow one another, 1 as a rule
 */
public record HeldCapability(
        long slot,
        long parent,
        String holder,
        String type,
        long object,
        long bytes,
        long badge,
        String rights,
        int count) {}
