import org.jspecify.annotations.NullMarked;

/** Seeded property tests with shrinking, and what else the tests of several modules need. */
@NullMarked
module org.espalier.testkit {
    requires static org.jspecify;

    exports org.espalier.testkit;
}
