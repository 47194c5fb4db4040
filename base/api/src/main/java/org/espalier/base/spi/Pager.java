package org.espalier.base.spi;

/**
 * Answers what lies at an offset of a managed dataspace. Thread-safe.
 */
public interface Pager {
    /**
     * The piece that covers {@code offset}. Where there is none, or none that may be written although {@code write} is set,
     * the owner of the dataspace is signalled and the calling thread blocks until it attached something there.
     *
     * @throws IndexOutOfBoundsException if the dataspace ends before {@code offset}
     */
    Window.Piece resolve(long offset, boolean write);

    /** Changes whenever a piece is taken away, so that nobody keeps using it. */
    int epoch();
}
