package org.espalier.packet;

/** What became of a step of a stream. */
public enum Progress {
    /** It took place. */
    DONE,
    /** It did not take place, and may after the other side has done something; see {@link PacketSource#arm} and {@link PacketSink#arm}. */
    WAIT,
    /** It did not take place and never will: the other side broke the rules, and {@code breach()} says how. */
    BROKEN
}
