import org.jspecify.annotations.NullMarked;

/** What a component is written against, and ({@code .spi}) what a kernel brings into a component's world. */
@NullMarked
module org.espalier.base {
    requires static org.jspecify;

    exports org.espalier.base;
    exports org.espalier.base.spi;
}
