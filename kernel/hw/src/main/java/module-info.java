import org.espalier.kernel.hw.HwKernel;
import org.espalier.kernel.spi.Kernel;
import org.jspecify.annotations.NullMarked;

/** The default kernel: components isolated in one JVM, in portable Java. */
@NullMarked
module org.espalier.kernel.hw {
    requires static org.jspecify;
    requires transitive org.espalier.kernel.ring3;
    requires org.espalier.kernel.spi;
    requires org.espalier.kernel.verifier;
    requires java.management;
    requires jdk.management;

    exports org.espalier.kernel.hw to
            org.espalier.bench,
            org.espalier.kernel.linux,
            org.espalier.kernel.sel4.core;

    provides Kernel with
            HwKernel;
}
