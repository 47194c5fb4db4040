package org.espalier.kernel.linux;

import java.util.ArrayDeque;

/**
 * Sandboxes in which a JVM waits, so that a component need not wait for one. Each is used once: for one that was taken another is
 * prepared. Owns those that were not taken. Thread-safe.
 */
final class SandboxPool implements AutoCloseable {
    private final Confinement confinement;
    private final int size;
    private final ArrayDeque<Sandbox> waiting = new ArrayDeque<>();
    private boolean closed;

    /** Prepares {@code size} sandboxes. */
    SandboxPool(Confinement confinement, int size) throws HostException {
        this.confinement = confinement;
        this.size = size;
        refill();
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
        if (sandbox == null) {
            sandbox = confinement.prepare();
        }
        try {
            refill();
        } catch (HostException e) {
            sandbox.close();
            throw e;
        }
        return sandbox;
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
            left = new ArrayDeque<>(waiting);
            waiting.clear();
        }
        left.forEach(Sandbox::close);
    }
}
