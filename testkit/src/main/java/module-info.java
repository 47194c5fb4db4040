import org.jspecify.annotations.NullMarked;

/** Seeded property tests with shrinking, for the tests of every module. */
@NullMarked
module org.espalier.testkit {
    requires static org.jspecify;

    exports org.espalier.testkit;
}
