import org.jspecify.annotations.NullMarked;

/** The control channel of a running system: its server, and its client. */
@NullMarked
module org.espalier.control {
    requires static org.jspecify;
    requires transitive org.espalier.core;
    requires transitive org.espalier.config;
    requires java.management;
    requires jdk.net;

    exports org.espalier.control;
}
