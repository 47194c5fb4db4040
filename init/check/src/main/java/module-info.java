import org.jspecify.annotations.NullMarked;

/** Says of a system, before it is started, which sessions it will get and which not. */
@NullMarked
module org.espalier.check {
    requires static org.jspecify;
    requires transitive org.espalier.config;
    requires transitive org.espalier.sandbox;

    exports org.espalier.check;
}
