package org.espalier.packet;

import org.espalier.base.RamQuota;

/**
 * The shape of a stream, and where everything is in its memory. It is agreed on by RPC and never read from the memory.
 *
 * <p>Numbers are little-endian; all words are naturally aligned, and words of different writers are never in the same cache
 * line. All is zero at first.
 *
 * <table>
 *   <caption>The memory of a stream, offsets and sizes in bytes</caption>
 *   <tr><th>offset</th><th>size</th><th>what</th><th>written by</th></tr>
 *   <tr><td>{@link #SUBMITTED}</td><td>4</td><td>packets submitted, modulo 2^32</td><td>source</td></tr>
 *   <tr><td>{@link #ACKNOWLEDGED}</td><td>4</td><td>packets acknowledged, modulo 2^32</td><td>sink</td></tr>
 *   <tr><td>{@link #SOURCE_SLEEPS}</td><td>4</td><td>1: the source wants a signal; 4 n + 2: when ACKNOWLEDGED, less its two highest bits, has come to n</td><td>set by the source, cleared by the sink</td></tr>
 *   <tr><td>{@link #SINK_SLEEPS}</td><td>4</td><td>not 0: the sink wants a signal</td><td>set by the sink, cleared by the source</td></tr>
 *   <tr><td>{@link #QUEUES}</td><td>8 × entries</td><td>submit queue</td><td>source</td></tr>
 *   <tr><td>{@link #acknowledgeQueue}</td><td>8 × entries</td><td>acknowledge queue</td><td>sink</td></tr>
 *   <tr><td>{@link #bulk}, on a page</td><td>bulkBytes</td><td>bulk buffer</td><td>whoever has the packet</td></tr>
 * </table>
 *
 * An entry is the offset of a packet in the bulk buffer in the low four bytes and its length in the high four, so that it is
 * read at once. The n-th entry since the beginning is in slot n modulo entries.
 *
 * <p>There is one counter for each queue and no more, because at most {@code entries} packets are under way, submitted and not
 * taken back by the source. So neither queue can overflow, nobody needs to know how far the other has read, and there is nothing
 * more that one side would have to check.
 *
 * @param entries how many packets may be under way; a power of two up to {@link #MAX_ENTRIES}. 64 is usual, 256 for block
 *     devices and 1024 for networks
 * @param bulkBytes size of the bulk buffer in bytes; a positive multiple of {@link RamQuota#PAGE} up to {@link #MAX_BULK}
 */
public record PacketLayout(int entries, int bulkBytes) {
    /** Most packets under way. */
    public static final int MAX_ENTRIES = 1 << 16;
    /** Largest bulk buffer in bytes. */
    public static final int MAX_BULK = 1 << 30;
    /** Packets begin at multiples of this many bytes and so never share a cache line. */
    public static final int ALIGNMENT = 64;

    /** Where the source counts. */
    public static final long SUBMITTED = 0;
    /** Where the sink counts. */
    public static final long ACKNOWLEDGED = 64;
    /** Where the source says that it sleeps. */
    public static final long SOURCE_SLEEPS = 128;
    /** Where the sink says that it sleeps. */
    public static final long SINK_SLEEPS = 192;
    /** Where the submit queue begins. */
    public static final long QUEUES = 256;
    /** Size of an entry of a queue in bytes. */
    public static final int ENTRY_BYTES = 8;

    /**
     * A layout.
     *
     * @throws IllegalArgumentException for numbers that make none; {@link #isValid} asks before
     */
    public PacketLayout {
        if (!isValid(entries, bulkBytes)) {
            throw new IllegalArgumentException("A packet stream has a power of two of entries, at most " + MAX_ENTRIES
                    + ", and whole pages of bulk buffer, at most " + MAX_BULK + " bytes; " + entries + " entries and "
                    + bulkBytes + " bytes are none.");
        }
    }

    /** Whether these numbers make a layout. For numbers that somebody else sent. */
    public static boolean isValid(int entries, int bulkBytes) {
        return entries > 0
                && entries <= MAX_ENTRIES
                && Integer.bitCount(entries) == 1
                && bulkBytes > 0
                && bulkBytes <= MAX_BULK
                && bulkBytes % RamQuota.PAGE == 0;
    }

    /** Where the acknowledge queue begins. */
    public long acknowledgeQueue() {
        return QUEUES + (long) ENTRY_BYTES * entries;
    }

    /** Where the bulk buffer begins. */
    public long bulk() {
        return RamQuota.pages(QUEUES + 2L * ENTRY_BYTES * entries);
    }

    /** What the memory of a stream takes. */
    public RamQuota ram() {
        return new RamQuota(bulk() + bulkBytes);
    }

    /** Whether {@code length} bytes at {@code offset} of the bulk buffer can be a packet. */
    boolean holds(int offset, int length) {
        return length > 0
                && length <= bulkBytes
                && offset >= 0
                && offset <= bulkBytes - length
                && offset % ALIGNMENT == 0;
    }
}
