package org.espalier.core;

import java.util.Optional;

/** Where core finds ROM modules. Thread-safe. */
public interface RomSource {
    /** The content of the module {@code name}, if there is one. A name is one part of a label and no path. */
    Optional<byte[]> module(String name);

    /** This source, and {@code next} for what it does not have. */
    default RomSource or(RomSource next) {
        return name -> module(name).or(() -> next.module(name));
    }
}
