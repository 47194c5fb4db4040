import org.jspecify.annotations.NullMarked;

/** Components as confined processes of a Linux host: so far what confines them, and what their memory and channels are made of. */
@NullMarked
module org.espalier.kernel.linux {
    requires static org.jspecify;
}
