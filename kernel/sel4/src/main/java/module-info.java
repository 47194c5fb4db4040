import org.jspecify.annotations.NullMarked;

/** The kernel that speaks seL4. */
@NullMarked
module org.espalier.kernel.sel4 {
    requires static org.jspecify;
    requires transitive org.espalier.machine;

    exports org.espalier.kernel.sel4;
}
