import org.jspecify.annotations.NullMarked;

/** Bulk transfer through shared memory. */
@NullMarked
module org.espalier.packet {
    requires static org.jspecify;
    requires transitive org.espalier.base;

    exports org.espalier.packet;
}
