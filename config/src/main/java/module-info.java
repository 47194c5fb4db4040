import org.jspecify.annotations.NullMarked;

/** Node trees with source positions, and the readers and writers of their notations. */
@NullMarked
module org.espalier.config {
    requires static org.jspecify;

    exports org.espalier.config;
}
