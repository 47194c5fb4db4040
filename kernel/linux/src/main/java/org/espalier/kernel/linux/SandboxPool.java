package org.espalier.kernel.linux;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Sandboxes in which a JVM waits, so that a component need not wait for one. Each is used once: for one that was taken another is
 * prepared. Owns those that were not taken. Thread-safe.
 */
final class SandboxPool implements AutoCloseable {
    /** What a component mostly takes for its first steps. */
    private static final long PAUSE_MILLIS = 100;

    /** How long something may be left of a sandbox that somebody has ended. */
    private static final long LOOK_MILLIS = 500;

    private final Confinement confinement;
    private final int size;
    private final Confinement.Budget usual;
    private final ArrayDeque<Sandbox> waiting = new ArrayDeque<>();
    private final ScheduledThreadPoolExecutor later = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("espalier-pool").factory());
    private boolean closed;

    /**
     * Prepares {@code size} sandboxes.
     *
     * @param usual what most components are held to, which is put in place while a sandbox waits
     */
    SandboxPool(Confinement confinement, int size, Confinement.Budget usual) throws HostException {
        this.confinement = confinement;
        this.size = size;
        this.usual = usual;
        later.setRemoveOnCancelPolicy(true);
        refill();
        var _ = later.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void refill() throws HostException {
        while (!closed && waiting.size() < size) {
            waiting.add(confinement.prepare());
        }
    }

    /** A sandbox, now the caller's: the one that has waited longest, or a new one. */
    Sandbox take() throws HostException {
        Sandbox sandbox;
        do {
            synchronized (this) {
                sandbox = waiting.poll();
            }
        } while (sandbox != null && hasEnded(sandbox));
        refillLater();
        return sandbox == null ? confinement.prepare() : sandbox;
    }

    /** Not now: the component that begins is to have the processors, and not the JVM that waits for the next one. */
    private synchronized void refillLater() {
        if (!closed) {
            var _ = later.schedule(this::refillUnlessRefused, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void refillUnlessRefused() {
        try {
            refill();
        } catch (HostException e) {
            // Whoever finds the pool empty has a sandbox made for itself, and hears then why that is refused.
            return;
        }
    }

    private void look() {
        try {
            if (removeEnded()) {
                refill();
            }
            List<Sandbox> all;
            synchronized (this) {
                all = List.copyOf(waiting);
            }
            for (Sandbox sandbox : all) {
                boolean _ = sandbox.settle(usual);
            }
        } catch (HostException e) {
            // As for one that is found too late: whoever finds the pool empty hears why.
            return;
        }
    }

    private boolean removeEnded() throws HostException {
        List<Sandbox> ended = new ArrayList<>();
        synchronized (this) {
            for (Sandbox sandbox : waiting) {
                if (!sandbox.runs()) {
                    ended.add(sandbox);
                }
            }
            waiting.removeAll(ended);
        }
        ended.forEach(Sandbox::close);
        return !ended.isEmpty();
    }

    /** Whether somebody has ended it while it waited; then nothing is left of it. */
    private static boolean hasEnded(Sandbox sandbox) throws HostException {
        if (sandbox.runs()) {
            return false;
        }
        sandbox.close();
        return true;
    }

    /** Ends those that wait. */
    @Override
    public void close() {
        ArrayDeque<Sandbox> left;
        synchronized (this) {
            closed = true;
            later.shutdownNow();
            left = new ArrayDeque<>(waiting);
            waiting.clear();
        }
        left.forEach(Sandbox::close);
    }
}
