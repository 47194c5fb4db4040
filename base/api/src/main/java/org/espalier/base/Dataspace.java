package org.espalier.base;

/** Marks a capability for a container of memory, {@code Capability<Dataspace>}, which a {@link RegionMap} makes accessible. */
public final class Dataspace {
    private Dataspace() {}
}
