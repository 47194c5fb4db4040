import org.jspecify.annotations.NullMarked;

/** Any number of timeouts out of one. */
@NullMarked
module org.espalier.timeout {
    requires static org.jspecify;
    requires transitive org.espalier.base;

    exports org.espalier.timeout;
}
