import org.jspecify.annotations.NullMarked;

/** The root component: services over the kernel contract, and systems as library objects. */
@NullMarked
module org.espalier.core {
    requires static org.jspecify;
    requires transitive org.espalier.base;
    requires transitive org.espalier.kernel.spi;
    requires transitive org.espalier.config;
    requires org.espalier.sandbox;

    exports org.espalier.core;

    uses org.espalier.kernel.spi.Kernel;
}
