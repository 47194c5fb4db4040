package org.espalier.core;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.espalier.kernel.spi.Kernel;

/** The kernels of this installation. */
public final class Kernels {
    /** The kernel that runs when none is named. */
    public static final String DEFAULT = "hw";

    private Kernels() {}

    /** All kernels, the default first. */
    public static List<Kernel> all() {
        return ServiceLoader.load(Kernel.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing((Kernel kernel) -> !kernel.name().equals(DEFAULT))
                        .thenComparing(Kernel::name))
                .toList();
    }

    /** The kernel of that name. */
    public static Optional<Kernel> named(String name) {
        return all().stream().filter(kernel -> kernel.name().equals(name)).findFirst();
    }
}
