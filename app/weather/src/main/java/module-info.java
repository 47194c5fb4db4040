import org.jspecify.annotations.NullMarked;

/** The interface of the Weather service. */
@NullMarked
module org.espalier.app.weather {
    requires static org.jspecify;
    requires transitive org.espalier.base;

    exports org.espalier.app.weather;
}
