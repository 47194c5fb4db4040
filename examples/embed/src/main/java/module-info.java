import org.jspecify.annotations.NullMarked;

/** A plain Java program with a system of components inside. */
@NullMarked
module org.espalier.examples.embed {
    requires static org.jspecify;
    requires org.espalier.core;
    requires org.espalier.examples.plugin;

    exports org.espalier.examples.embed;
}
