package org.espalier.kernel.linux;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor of this process, owned by whoever holds this object; not inherited by programs that are started unless it is
 * given to them. It is closed once, and not before those have finished who use it at that moment: its number may be another
 * descriptor's right afterwards. Thread-safe.
 */
final class Descriptor implements AutoCloseable {
    private static final int CLOSED = 1 << 31;
    private static final int PROT_READ = 1;
    private static final int MAP_PRIVATE = 2;

    private final int number;

    /** How many use it, and whether nobody may begin to. */
    private final AtomicInteger users = new AtomicInteger();

    /** Takes over {@code number}, which is open. */
    Descriptor(long number) {
        this.number = Math.toIntExact(number);
    }

    /**
     * The number, valid until {@link #release}, which has to follow.
     *
     * @throws IllegalStateException if it is closed
     */
    int hold() {
        users.updateAndGet(count -> {
            if ((count & CLOSED) != 0) {
                throw new IllegalStateException("A descriptor was used after it had been closed.");
            }
            return count + 1;
        });
        return number;
    }

    /** Ends a use. */
    void release() {
        if (users.decrementAndGet() == CLOSED) {
            closeNumber();
        }
    }

    /**
     * Makes a system call whose first argument is this descriptor.
     *
     * @throws HostException if the host refuses it
     */
    long demand(SystemCall call, long b, long c, long d, long e, long f) throws HostException {
        int held = hold();
        try {
            return Host.demand(call, held, b, c, d, e, f);
        } finally {
            release();
        }
    }

    long demand(SystemCall call, long b, long c) throws HostException {
        return demand(call, b, c, 0, 0, 0);
    }

    /** The same; what the host returns, or its error number negated. */
    long call(SystemCall call, long b, long c) {
        int held = hold();
        try {
            return Host.call(call, held, b, c);
        } finally {
            release();
        }
    }

    /**
     * Maps the first {@code bytes} of what this names for reading; the address is the caller's to unmap.
     *
     * @throws HostException if the host refuses it
     */
    long demandMapping(long bytes) throws HostException {
        int held = hold();
        try {
            return Host.demand(SystemCall.MMAP, 0, bytes, PROT_READ, MAP_PRIVATE, held, 0);
        } finally {
            release();
        }
    }

    @Override
    public void close() {
        if (users.getAndUpdate(count -> count | CLOSED) == 0) {
            closeNumber();
        }
    }

    private void closeNumber() {
        // Whatever the host answers, the number is free: Linux says so even for an interrupted close.
        long _ = Host.call(SystemCall.CLOSE, number, 0, 0);
    }
}
