package org.espalier.kernel.hw;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.espalier.kernel.spi.RunningKernel.Quarantined;
import org.jspecify.annotations.Nullable;

/**
 * What has not left the code of stopped domains, and makes it leave. Most leave within a moment by themselves. A thread that waits is
 * woken, again and again, for it may only have been about to wait or come back from a server after a while; and for one that is in the
 * domain's own code after a moment the {@link PollSite polls} are armed, until everybody has left: not before, for that discards
 * compiled code, of other instances as well.
 * One thread does this for all domains: starting one for each took longer than all else at their end.
 *
 * <p>Thread-safe. It needs no end: what is left when a system is closed is still woken.
 */
final class Quarantine {
    /** Longer than a thread that is about to leave mostly waits for a processor. */
    private static final long FIRST_PAUSE_NANOS = 10_000_000;

    private static final long LAST_PAUSE_NANOS = 40_000_000;

    private final Map<Object, Quarantined> inside = new ConcurrentHashMap<>();
    private final Set<Stay> stays = ConcurrentHashMap.newKeySet();
    private final Patrol waker = new Patrol("espalier-waker", this::makeLeaveWhoIsDue);
    private final LongSupplier clock;

    /** What of one domain was here when it stopped, and when to look at that again. Used by one thread at a time. */
    private static final class Stay {
        final Domain domain;
        final List<Object> entered;
        long due;
        long pause = FIRST_PAUSE_NANOS;

        @Nullable PollSite armed;

        Stay(Domain domain, List<Object> entered) {
            this.domain = domain;
            this.entered = entered;
        }
    }

    /**
     * Nothing is inside.
     *
     * @param clock nanoseconds since the kernel began
     */
    Quarantine(LongSupplier clock) {
        this.clock = clock;
    }

    /** Takes in what has not left the code of {@code domain}, which is stopped and lets nobody in any more. */
    void enter(Domain domain, Iterable<Domain.RunningThread> threads) {
        List<Object> entered = new ArrayList<>();
        for (Domain.RunningThread thread : threads) {
            if (enter(thread, domain, thread.object.name, () -> !thread.finished)) {
                entered.add(thread);
            }
        }
        for (Entry entry : domain.entries()) {
            if (enter(entry, domain, entry.name, entry.lock::isTaken)) {
                entered.add(entry);
            }
        }
        Stay stay = new Stay(domain, entered);
        if (isOver(stay)) {
            return;
        }
        stay.entered.forEach(threadOrEntry -> wake(stay, threadOrEntry));
        stay.due = clock.getAsLong() + FIRST_PAUSE_NANOS;
        stays.add(stay);
        waker.begin();
    }

    /** Whoever leaves says so after it has left, and looks here next: so what has left by now would not be taken out. */
    private boolean enter(Object threadOrEntry, Domain domain, String name, BooleanSupplier isInside) {
        if (!isInside.getAsBoolean()) {
            return false;
        }
        inside.put(threadOrEntry, new Quarantined(domain.name, name, clock.getAsLong()));
        return isInside.getAsBoolean() || !leave(threadOrEntry);
    }

    /** A thread or an entrypoint has nobody inside any more; whether it was here. */
    boolean leave(Object threadOrEntry) {
        return inside.remove(threadOrEntry) != null;
    }

    List<Quarantined> list() {
        return List.copyOf(inside.values());
    }

    private long makeLeaveWhoIsDue() {
        long now = clock.getAsLong();
        stays.removeIf(stay -> stay.due <= now && !makeLeave(stay, now));
        return stays.isEmpty() ? 0 : FIRST_PAUSE_NANOS / 2;
    }

    /** Makes those leave who are still here; whether anybody is. */
    private boolean makeLeave(Stay stay, long now) {
        PollSite armed = stay.armed;
        if (isOver(stay)) {
            if (armed != null) {
                armed.disarm();
            }
            return false;
        }
        boolean insideAgain = false;
        for (Object threadOrEntry : stay.entered) {
            insideAgain |= wake(stay, threadOrEntry);
        }
        PollSite polls = stay.domain.polls;
        if (insideAgain && armed == null && polls != null) {
            polls.arm();
            stay.armed = polls;
        }
        stay.due = now + stay.pause;
        stay.pause = Math.min(2 * stay.pause, LAST_PAUSE_NANOS);
        return true;
    }

    private boolean isOver(Stay stay) {
        stay.entered.removeIf(threadOrEntry -> !inside.containsKey(threadOrEntry));
        return stay.entered.isEmpty();
    }

    /** Wakes a thread that waits in the domain's code; whether it is in there at all, and not in a server. */
    private static boolean wake(Stay stay, Object threadOrEntry) {
        Execution thread = threadOrEntry instanceof Domain.RunningThread own
                ? own.execution
                : ((Entry) threadOrEntry).message.execution;
        if (thread == null) {
            return false;
        }
        stay.domain.wake(thread);
        return thread.domain() == stay.domain;
    }
}
