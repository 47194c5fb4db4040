package org.espalier.machine;

import java.util.Optional;

/** Who pays for page tables that a mapping needs. */
@FunctionalInterface
public interface TableSource {
    /** A source that has none: the kernel's users put in tables themselves. */
    TableSource NONE = Optional::empty;

    /** A frame of zeros that belongs to the page tables from now on; empty if there is none. */
    Optional<Frame> take();
}
