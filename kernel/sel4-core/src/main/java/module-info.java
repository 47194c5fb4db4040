import org.espalier.kernel.sel4.core.Sel4Kernel;
import org.espalier.kernel.spi.Kernel;
import org.jspecify.annotations.NullMarked;

/** Core as the root task of the kernel that speaks seL4. */
@NullMarked
module org.espalier.kernel.sel4.core {
    requires static org.jspecify;
    requires org.espalier.base;
    requires org.espalier.kernel.hw;
    requires org.espalier.kernel.ring3;
    requires org.espalier.kernel.sel4;
    requires org.espalier.kernel.spi;
    requires org.espalier.machine;

    provides Kernel with
            Sel4Kernel;
}
