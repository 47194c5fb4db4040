package org.espalier.kernel.sel4;

import java.util.Arrays;

/**
 * Checks the whole state of the kernel against the rules that all of its operations keep, between two of them: when a thread is about
 * to run. Each class of rules is a class; {@code docs/sel4-invariants.md} lists them with their names in the proofs of seL4.
 *
 * <p>It takes time in proportion to slots and page-table entries, not to memory, and allocates nothing once it has grown. It changes
 * nothing. On the kernel's thread.
 */
final class Invariants {
    private final Census census;
    private final DerivationInvariants derivation;
    private final MemoryInvariants objects;
    private final ThreadInvariants threads;
    private final QueueInvariants queues;
    private final SpaceInvariants spaces;
    private final DeviceInvariants devices;

    /**
     * Of a kernel with that much RAM.
     *
     * @param roots ranges of slots that are there from the start, besides the interrupts': the first, and how many
     */
    Invariants(Kernel kernel, long memoryBytes, long ramBytes, int[]... roots) {
        int[][] all = Arrays.copyOf(roots, roots.length + 1);
        all[roots.length] = new int[] {kernel.interrupts().slot(0), Interrupts.SLOTS};
        census = new Census(kernel.memory(), memoryBytes, all);
        derivation = new DerivationInvariants(kernel.memory(), kernel.rules(), census);
        objects = new MemoryInvariants(kernel.memory(), census, derivation, ramBytes);
        threads = new ThreadInvariants(
                kernel.memory(),
                kernel.threads(),
                kernel.contexts(),
                kernel.scheduler().domains().count(),
                census);
        queues = new QueueInvariants(kernel.memory(), kernel.threads(), kernel.scheduler(), kernel.endpoints(), census);
        spaces = new SpaceInvariants(kernel.memory(), kernel.vspaces(), kernel.spaces(), census, objects);
        devices = new DeviceInvariants(kernel.memory(), kernel.interrupts(), kernel.ports(), census);
    }

    /** What finds all slots. */
    Census census() {
        return census;
    }

    /**
     * Checks all of them.
     *
     * @throws InvariantViolation about the first one that is broken
     */
    void check() {
        // Later ones rest on what earlier ones have found right.
        census.take();
        derivation.check();
        objects.check();
        threads.check();
        queues.check();
        spaces.check();
        devices.check();
    }
}
