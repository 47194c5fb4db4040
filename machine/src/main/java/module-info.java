import org.jspecify.annotations.NullMarked;

/** A machine on which kernels written in Java run native code in ring 3. */
@NullMarked
module org.espalier.machine {
    requires static org.jspecify;

    exports org.espalier.machine;
}
