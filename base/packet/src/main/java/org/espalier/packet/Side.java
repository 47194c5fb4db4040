package org.espalier.packet;

import java.util.Optional;
import org.espalier.base.View;
import org.jspecify.annotations.Nullable;

/**
 * What one side of a stream does with the shared words: puts entries into its own queue, takes those of the other's, says that
 * it sleeps, wakes the other. What this side wrote it never reads back, and what the other side wrote it reads once and checks
 * before it is used; entries it hands out as they are, to be checked by who takes them. Confined to one thread.
 *
 * <p>The words that pair: an entry is written before the counter (volatile) and read after it, so that whoever sees the count
 * sees the entry and the content of the packet. A counter is written before the other's sleep word is read, and the own sleep
 * word is written before the other's counter is read (all volatile): so one of both sees what the other did, and no wake-up is
 * lost.
 */
final class Side {
    /** Said by who sleeps: to be woken for one entry. */
    private static final int ANY = 1;

    /** Added to a counter by who wants to be woken when that is reached; the counter is above both, without its upper bits. */
    private static final int AT = 2;

    private static final int COUNTER = 2;

    private final View memory;
    private final Runnable wake;
    private final int mask;

    private final long ownCounter;
    private final long ownQueue;
    private final long ownSleep;
    private final long otherCounter;
    private final long otherQueue;
    private final long otherSleep;

    /** Own entries written. */
    private int put;
    /** The other's entries taken, and how many of them are known to be there. */
    private int taken;

    private int known;

    /** The entry taken last. */
    private int offset;

    private int length;
    private @Nullable Breach breach;

    private Side(
            PacketMemory stream,
            Runnable wake,
            int first,
            long ownCounter,
            long ownQueue,
            long ownSleep,
            long otherCounter,
            long otherQueue,
            long otherSleep) {
        this.memory = stream.view();
        this.wake = wake;
        this.mask = stream.layout().entries() - 1;
        this.ownCounter = ownCounter;
        this.ownQueue = ownQueue;
        this.ownSleep = ownSleep;
        this.otherCounter = otherCounter;
        this.otherQueue = otherQueue;
        this.otherSleep = otherSleep;
        this.put = first;
        this.taken = first;
        this.known = first;
    }

    /** The side of the source; all counters are {@code first}. */
    static Side source(PacketMemory stream, Runnable wake, int first) {
        return new Side(
                stream,
                wake,
                first,
                PacketLayout.SUBMITTED,
                PacketLayout.QUEUES,
                PacketLayout.SOURCE_SLEEPS,
                PacketLayout.ACKNOWLEDGED,
                stream.layout().acknowledgeQueue(),
                PacketLayout.SINK_SLEEPS);
    }

    /** The side of the sink; all counters are {@code first}. */
    static Side sink(PacketMemory stream, Runnable wake, int first) {
        return new Side(
                stream,
                wake,
                first,
                PacketLayout.ACKNOWLEDGED,
                stream.layout().acknowledgeQueue(),
                PacketLayout.SINK_SLEEPS,
                PacketLayout.SUBMITTED,
                PacketLayout.QUEUES,
                PacketLayout.SOURCE_SLEEPS);
    }

    /** How many more entries this side has put than taken. */
    int ahead() {
        return put - taken;
    }

    /** Puts an entry, for which the caller knows that there is room, and wakes the other side if it sleeps. */
    Progress put(int packetOffset, int packetLength) {
        if (breach != null) {
            return Progress.BROKEN;
        }
        boolean asleep;
        try {
            memory.putLong(slot(ownQueue, put), ((long) packetLength << 32) | (packetOffset & 0xFFFF_FFFFL));
            put++;
            memory.putIntVolatile(ownCounter, put);
            asleep = wants(memory.getIntVolatile(otherSleep));
            if (asleep) {
                memory.putIntVolatile(otherSleep, 0);
            }
        } catch (IllegalStateException | IndexOutOfBoundsException e) {
            return broken(new Breach.Gone());
        }
        if (asleep) {
            wake.run();
        }
        return Progress.DONE;
    }

    /** Whether the other side, which says {@code sleeps}, wants to be woken now: at once, or as soon as the own counter is so high. */
    private boolean wants(int sleeps) {
        return sleeps != 0 && ((sleeps & AT) == 0 || ((put - (sleeps >>> COUNTER)) << COUNTER) >= 0);
    }

    /**
     * Takes the next entry of the other side: {@link #offset} and {@link #length}.
     *
     * @param most how many entries that were not taken can be there
     */
    Progress take(int most) {
        if (breach != null) {
            return Progress.BROKEN;
        }
        try {
            Progress seen = look(most);
            if (seen == Progress.DONE) {
                // Volatile, so that no compiler reads it twice.
                long entry = memory.getLongVolatile(slot(otherQueue, taken));
                taken++;
                offset = (int) entry;
                length = (int) (entry >>> 32);
            }
            return seen;
        } catch (IllegalStateException | IndexOutOfBoundsException e) {
            return broken(new Breach.Gone());
        }
    }

    /**
     * Says that this side sleeps until there are {@code wanted} entries to take, unless there is something already: WAIT when it may sleep, DONE
     * when it need not.
     */
    Progress arm(int most, int wanted) {
        if (breach != null) {
            return Progress.BROKEN;
        }
        try {
            memory.putIntVolatile(ownSleep, wanted == 1 ? ANY : ((taken + wanted) << COUNTER) | AT);
            // What is seen here is what the next take goes by, so that a counter that flickers keeps nobody awake for
            // nothing.
            Progress seen = look(most);
            if (seen == Progress.DONE) {
                memory.putIntVolatile(ownSleep, 0);
            }
            return seen;
        } catch (IllegalStateException | IndexOutOfBoundsException e) {
            return broken(new Breach.Gone());
        }
    }

    private Progress look(int most) {
        if (known != taken) {
            return Progress.DONE;
        }
        int found = memory.getIntVolatile(otherCounter);
        if (Integer.compareUnsigned(found - taken, most) > 0) {
            return broken(new Breach.Counter(taken, found, most));
        }
        known = found;
        return known == taken ? Progress.WAIT : Progress.DONE;
    }

    private long slot(long queue, int count) {
        return queue + (long) PacketLayout.ENTRY_BYTES * (count & mask);
    }

    /** Offset of the entry taken last. */
    int offset() {
        return offset;
    }

    /** Length of the entry taken last. */
    int length() {
        return length;
    }

    /** Ends the stream for this side. */
    Progress broken(Breach how) {
        breach = how;
        return Progress.BROKEN;
    }

    boolean isBroken() {
        return breach != null;
    }

    Optional<Breach> breach() {
        return Optional.ofNullable(breach);
    }
}
