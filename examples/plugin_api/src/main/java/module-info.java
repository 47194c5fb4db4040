import org.jspecify.annotations.NullMarked;

/** What the program of the example embed and its plug-ins know of each other. */
@NullMarked
module org.espalier.examples.plugin {
    requires static org.jspecify;
    requires transitive org.espalier.base;

    exports org.espalier.examples.plugin;
}
