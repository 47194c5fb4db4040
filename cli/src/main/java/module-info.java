import org.jspecify.annotations.NullMarked;

/** The commands behind {@code ./espalier}. */
@NullMarked
module org.espalier.cli {
    requires static org.jspecify;
    requires transitive org.espalier.check;
    requires org.espalier.core;
    requires org.espalier.config;
    requires org.espalier.control;
    requires org.espalier.kernel.sel4;
    requires org.espalier.kernel.verifier;
    requires org.espalier.sandbox;
    requires info.picocli;

    exports org.espalier.cli;

    opens org.espalier.cli to
            info.picocli;
}
