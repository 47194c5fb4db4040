package org.espalier.machine;

/**
 * A tree of page tables in physical memory, and what an engine keeps for it. The tables belong to the kernel, which writes entries
 * by {@link PageTables} or by itself; the engine reads them.
 *
 * <p>The rule of coherence: an entry that was not present may be written at any time, and so may rights be added to one. Every other
 * change has to be made by {@link #downgrade}, or be followed by {@link #flush}, or ring 3 may go on as if nothing had happened.
 *
 * <p>Belongs to the thread of its {@link Engine}.
 */
public interface AddressSpace extends AutoCloseable {
    /** The table of level 4. */
    Frame root();

    /**
     * Stores {@code value} into the entry at physical address {@code entry}, and makes sure that ring 3 uses nothing of what was
     * there before. {@code address} and {@code length} are all the addresses that the entry stands for. It has happened when this
     * returns.
     */
    void downgrade(long entry, long value, long address, long length);

    /**
     * Drops all that ring 3 may have of these tables, so that whatever a kernel has written into them by itself is in force when this
     * returns. It costs more than a {@link #downgrade}, and all that the program uses is fetched anew; it is for a kernel that has changed
     * many entries.
     */
    void flush();

    /**
     * Gives back what the engine holds; the tables are the kernel's. Contexts that ran here keep their registers, vector state
     * included. Closing twice does nothing.
     */
    @Override
    void close();
}
