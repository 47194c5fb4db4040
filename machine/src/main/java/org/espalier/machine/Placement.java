package org.espalier.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Keeps the engine's thread and the process that it lets go on at one processor of the host. One of the two always waits for the
 * other, but hosts wake whoever waited on a processor that is idle, which takes longer than what was waited for: half as long again for
 * a trap.
 *
 * <p>Where that is, is left to the host: once in a while both go wherever it wants them, and stay there. The set of processors that the
 * thread was given is never left, and is what it has again in the end. Where the host does not let anybody be bound, nobody is.
 *
 * <p>Belongs to the thread of the engine.
 */
final class Placement {
    /** How long both stay at most before the host is asked again. */
    private static final long STAY_NANOS = 10_000_000;

    /** The processor of a process or thread that may be on each that was given. */
    static final int ANY = -1;

    private static final long SET_AFFINITY = 203;
    private static final long GET_AFFINITY = 204;
    private static final long GET_CPU = 309;

    /** Room for the 8,192 processors that Linux can have at most. */
    private static final int SET_BYTES = 1024;

    private static final int SELF = 0;

    private final Linux linux;
    private final MemorySegment given;
    private final MemorySegment bound;
    private final MemorySegment found;
    private final MemorySegment number;
    private boolean wanted;
    private int processor = ANY;
    private long since;

    Placement(Linux linux, Arena arena) {
        this.linux = linux;
        given = arena.allocate(SET_BYTES, Long.BYTES);
        bound = arena.allocate(SET_BYTES, Long.BYTES);
        found = arena.allocate(SET_BYTES, Long.BYTES);
        number = arena.allocate(JAVA_INT);
    }

    /** Where the engine's thread is bound to, and so is a process that it starts; or {@link #ANY}. */
    int processor() {
        return processor;
    }

    /** Begins to keep them together. */
    void begin() {
        if (!wanted) {
            wanted = read(given) && count(given) > 1;
            processor = ANY;
        }
    }

    /** Ends it: the thread may be where it could be before. */
    void end() {
        loosen();
        wanted = false;
    }

    /** Before the engine's thread lets {@code process} go on, to wait for it. */
    void before(StubProcess process) {
        if (processor != ANY && System.nanoTime() - since > STAY_NANOS) {
            loosen();
        }
        if (process.processor() != processor) {
            MemorySegment set = processor == ANY ? given : bound;
            // If the host refuses, the process stays where it is; if it is gone, waiting for it will tell.
            linux.call(SET_AFFINITY, process.id(), SET_BYTES, set.address(), 0);
            process.processor(processor);
        }
    }

    /** After it has waited. */
    void after() {
        if (wanted && processor == ANY) {
            bind();
        }
    }

    private void bind() {
        wanted = !Linux.isError(linux.call(GET_CPU, number.address(), 0, 0, 0));
        int at = number.get(JAVA_INT, 0);
        bound.fill((byte) 0);
        bound.set(JAVA_LONG, (long) at / Long.SIZE * Long.BYTES, 1L << at % Long.SIZE);
        wanted &= !Linux.isError(linux.call(SET_AFFINITY, SELF, SET_BYTES, bound.address(), 0));
        if (wanted) {
            processor = at;
            since = System.nanoTime();
        }
    }

    private void loosen() {
        if (processor == ANY) {
            return;
        }
        if (read(found) && found.mismatch(bound) >= 0) {
            // Somebody has said meanwhile where the thread is to be.
            given.copyFrom(found);
            wanted &= count(given) > 1;
        } else {
            linux.call(SET_AFFINITY, SELF, SET_BYTES, given.address(), 0);
        }
        processor = ANY;
    }

    private boolean read(MemorySegment set) {
        set.fill((byte) 0);
        return !Linux.isError(linux.call(GET_AFFINITY, SELF, SET_BYTES, set.address(), 0));
    }

    private static int count(MemorySegment set) {
        int count = 0;
        for (long at = 0; at < SET_BYTES; at += Long.BYTES) {
            count += Long.bitCount(set.get(JAVA_LONG, at));
        }
        return count;
    }
}
