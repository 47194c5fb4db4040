import org.espalier.kernel.linux.LinuxKernel;
import org.espalier.kernel.spi.Kernel;
import org.jspecify.annotations.NullMarked;

/** Components as confined processes of a Linux host. */
@NullMarked
module org.espalier.kernel.linux {
    requires static org.jspecify;
    requires org.espalier.base;
    requires org.espalier.kernel.hw;
    requires org.espalier.kernel.spi;
    requires org.espalier.kernel.verifier;
    requires org.espalier.machine;

    provides Kernel with
            LinuxKernel;
}
