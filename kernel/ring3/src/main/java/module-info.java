import org.jspecify.annotations.NullMarked;

/** Native components in ring 3, whatever kernel answers their traps. */
@NullMarked
module org.espalier.kernel.ring3 {
    requires static org.jspecify;
    requires transitive org.espalier.machine;

    exports org.espalier.kernel.ring3;
}
