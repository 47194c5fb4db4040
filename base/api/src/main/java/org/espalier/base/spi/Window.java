package org.espalier.base.spi;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What an attachment shows at this moment. The kernel keeps a reference and can take the memory away at any time; every
 * access reads the window anew, so that nobody goes on using what was revoked. Thread-safe.
 */
public final class Window {
    private final long size;
    private final @Nullable Pager pager;
    private volatile Piece piece;
    private boolean revoked;

    private Window(long size, @Nullable Pager pager, Piece piece) {
        this.size = size;
        this.pager = pager;
        this.piece = piece;
    }

    /** A window that shows all of {@code memory} until it is revoked. */
    public static Window direct(MemorySegment memory) {
        return new Window(memory.byteSize(), null, new Piece(0, memory, 0));
    }

    /** A window of {@code size} bytes whose pieces {@code pager} names. */
    public static Window managed(long size, Pager pager) {
        return new Window(size, pager, new Piece(0, MemorySegment.NULL, -1));
    }

    /** Size in bytes of what was attached. */
    public long size() {
        return size;
    }

    /** Who names the pieces; {@code null} when one piece is all. */
    public @Nullable Pager pager() {
        return pager;
    }

    /** The piece that is shown. */
    public Piece piece() {
        return piece;
    }

    /** Shows another piece; false when the window was revoked. */
    public synchronized boolean show(Piece next) {
        if (!revoked) {
            piece = next;
        }
        return !revoked;
    }

    /** Shows nothing from now on, for good. */
    public synchronized void revoke() {
        revoked = true;
        piece = new Piece(0, MemorySegment.NULL, -1);
    }

    /** Whether {@link #revoke} was called. */
    public synchronized boolean isRevoked() {
        return revoked;
    }

    /**
     * A contiguous part of what is attached.
     *
     * @param start offset of its first byte in the attachment
     * @param memory its memory
     * @param epoch the {@link Pager#epoch} it belongs to
     */
    public record Piece(long start, MemorySegment memory, int epoch) {}
}
