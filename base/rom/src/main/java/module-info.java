import org.jspecify.annotations.NullMarked;

/** Serving ROM modules whose content changes. */
@NullMarked
module org.espalier.rom {
    requires static org.jspecify;
    requires transitive org.espalier.base;

    exports org.espalier.rom;
}
