import org.jspecify.annotations.NullMarked;

/** The engine of a parent: children, routes, sessions and their quotas. */
@NullMarked
module org.espalier.sandbox {
    requires static org.jspecify;
    requires transitive org.espalier.base;
    requires transitive org.espalier.config;

    exports org.espalier.sandbox;
}
