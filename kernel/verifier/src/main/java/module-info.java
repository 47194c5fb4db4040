import org.jspecify.annotations.NullMarked;

/** Decides whether the byte code of a component may be loaded. */
@NullMarked
module org.espalier.kernel.verifier {
    requires static org.jspecify;
    requires org.espalier.base;

    exports org.espalier.kernel.verifier;
}
