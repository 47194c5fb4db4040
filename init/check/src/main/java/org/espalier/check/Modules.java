package org.espalier.check;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.espalier.config.Node;

/** The ROM modules of a system, as far as they matter before it runs. Belongs to one check. */
public interface Modules {
    /** Whether core has the module. */
    boolean exists(String name);

    /** The module as a program. */
    Program program(String name);

    /** The module as a configuration; empty if it is none, or not known yet. */
    Optional<Node> config(String name);

    /**
     * Modules that are files.
     *
     * @param source the content of a module, if there is one
     * @param outside modules that are known to be there when the system runs, and need not be in {@code source}
     */
    static Modules of(Function<String, Optional<byte[]>> source, Set<String> outside) {
        return new FileModules(source, outside);
    }
}
