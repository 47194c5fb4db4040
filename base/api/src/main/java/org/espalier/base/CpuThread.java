package org.espalier.base;

/** Marks a capability for a thread that a {@link Cpu} session created. */
public final class CpuThread {
    private CpuThread() {}
}
