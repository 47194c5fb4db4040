package org.espalier.check;

import java.util.Optional;
import java.util.Set;
import org.espalier.config.Position;

/**
 * A session that a component asks for, with what its manifest says of it.
 *
 * @param position where the manifest says so
 * @param label as the component gives it; empty if nobody can tell before it runs
 * @param isOptional the component does its work without it, too
 * @param isLate it is asked for when the component has announced its own services
 * @param serving services that the component cannot serve without calling this session
 * @param isForwarded it is asked for on behalf of a client, whose label follows {@code label}
 */
record Need(
        Position position,
        String service,
        Optional<String> label,
        boolean isOptional,
        boolean isLate,
        Set<String> serving,
        boolean isForwarded) {}
