package org.espalier.packet;

/**
 * How the other side of a stream broke the rules. The numbers are those that it wrote, as they were read; they were used for
 * nothing but this. A stream that is broken stays so, and its session is of no use any more.
 */
public sealed interface Breach {
    /**
     * Its counter went back, or further ahead than there can be packets.
     *
     * @param taken how many of its entries were taken, modulo 2^32
     * @param found what the counter said, modulo 2^32
     * @param most how many more than taken it could have said
     */
    record Counter(int taken, int found, int most) implements Breach {
        @Override
        public String toString() {
            return "the counter says " + Integer.toUnsignedString(found) + " after " + Integer.toUnsignedString(taken)
                    + ", and at most " + most + " more can be there";
        }
    }

    /**
     * It submitted what is not aligned, or not all within the bulk buffer, or empty.
     *
     * @param offset in bytes from the start of the bulk buffer
     * @param length in bytes
     * @param bulkBytes size of the bulk buffer
     */
    record Outside(int offset, int length, int bulkBytes) implements Breach {
        @Override
        public String toString() {
            return "there is no packet of " + length + " bytes at offset " + offset + " of a bulk buffer of "
                    + bulkBytes;
        }
    }

    /**
     * It acknowledged what is not under way.
     *
     * @param offset in bytes from the start of the bulk buffer
     * @param length in bytes
     */
    record NotUnderWay(int offset, int length) implements Breach {
        @Override
        public String toString() {
            return "a packet of " + length + " bytes at offset " + offset + " was acknowledged and is not under way";
        }
    }

    /** The memory of the stream is gone: it was detached, or its owner freed it or ended. */
    record Gone() implements Breach {
        @Override
        public String toString() {
            return "the memory of the stream is gone";
        }
    }
}
