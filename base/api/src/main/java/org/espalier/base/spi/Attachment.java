package org.espalier.base.spi;

import org.espalier.base.Failure;

/** The outcome of attaching a dataspace to the component's own address space. */
public sealed interface Attachment {
    /**
     * The dataspace is accessible through {@code window}.
     *
     * @param region the number to detach it by
     */
    record Attached(int region, Window window) implements Attachment {}

    /** Nothing was attached. */
    record Refused(Failure failure) implements Attachment {}
}
