import org.jspecify.annotations.NullMarked;

/** The contract between core and any kernel. */
@NullMarked
module org.espalier.kernel.spi {
    requires static org.jspecify;
    requires transitive org.espalier.base;

    exports org.espalier.kernel.spi;

    uses org.espalier.kernel.spi.Kernel;
}
