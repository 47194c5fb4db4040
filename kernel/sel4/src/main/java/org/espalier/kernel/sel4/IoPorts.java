package org.espalier.kernel.sel4;

import java.util.BitSet;

/**
 * The I/O ports of the machine: which are given out (seL4 manual, 8.2), and the devices behind them. Ports without device answer as an
 * empty bus does, with all ones.
 */
final class IoPorts {
    /** A device behind some ports. On the kernel's thread; returns at once. */
    interface Device {
        /** {@code bytes} is 1, 2 or 4. */
        int in(int port, int bytes);

        /** {@code bytes} is 1, 2 or 4. */
        void out(int port, int bytes, int value);
    }

    /** No device at all. */
    static final Device EMPTY = new Device() {
        @Override
        public int in(int port, int bytes) {
            return bytes == 4 ? -1 : (1 << (bytes * Byte.SIZE)) - 1;
        }

        @Override
        public void out(int port, int bytes, int value) {
            // Nobody listens.
        }
    };

    private final BitSet given = new BitSet();
    private final Device bus;

    IoPorts(Device bus) {
        this.bus = bus;
    }

    boolean isFree(int first, int last) {
        int taken = given.nextSetBit(first);
        return taken < 0 || taken > last;
    }

    void give(int first, int last) {
        given.set(first, last + 1);
    }

    void takeBack(int first, int last) {
        given.clear(first, last + 1);
    }

    /** Whether exactly these are given out. */
    boolean areTaken(BitSet these) {
        return given.equals(these);
    }

    int in(int port, int bytes) {
        return bus.in(port, bytes);
    }

    void out(int port, int bytes, int value) {
        bus.out(port, bytes, value);
    }
}
