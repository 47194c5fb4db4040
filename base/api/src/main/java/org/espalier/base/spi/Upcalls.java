package org.espalier.base.spi;

import org.espalier.base.Message;

/**
 * What a kernel calls at an entrypoint of a component: one upcall at a time per entrypoint, never two at once. An upcall
 * that throws is a fault of the component, which the kernel reports to whoever watches the protection domain.
 */
public interface Upcalls {
    /** A request for the own object {@code objectId}; leaves the reply in {@code message}. */
    void request(long objectId, Message message);

    /** {@code count} submissions to the own signal context {@code contextId}. */
    void signal(long contextId, int count);
}
