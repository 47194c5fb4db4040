package org.espalier.base.processor;

import java.util.List;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;

/**
 * A type that travels, reduced to what its layout depends on. Named types keep their element, so that code can name them;
 * the layout itself never looks at it. Finite by construction: {@link TypeReader} refuses a type that contains itself.
 */
sealed interface WireType {
    /** Fewest bytes that a value takes. */
    long minimum();

    /** Whether every value takes exactly {@link #minimum()} bytes. */
    boolean fixed();

    /** Most capabilities that a value brings. */
    long capabilities();

    /** Whether reading a value runs a constructor of the user's, which may throw. */
    boolean constructs();

    /** A type without parts, or the value that takes no byte. */
    enum Scalar implements WireType {
        BOOLEAN("boolean", "Boolean", 1, true),
        BYTE("i8", "Byte", 1, true),
        SHORT("i16", "Short", 2, true),
        CHAR("u16", "Char", 2, true),
        INT("i32", "Int", 4, true),
        FLOAT("f32", "Float", 4, true),
        LONG("i64", "Long", 8, true),
        DOUBLE("f64", "Double", 8, true),
        STRING("string", "String", 4, false),
        BYTES("bytes", "Bytes", 4, false),
        DONE("done", "", 0, true);

        /** The name in layout texts, the same for every programming language. */
        final String wireName;
        /** {@code X} in {@code Message.putX} and {@code getX}. */
        final String accessor;

        private final int minimum;
        private final boolean fixed;

        Scalar(String wireName, String accessor, int minimum, boolean fixed) {
            this.wireName = wireName;
            this.accessor = accessor;
            this.minimum = minimum;
            this.fixed = fixed;
        }

        /** Whether this is one of Java's primitive types, which all take the same bytes at all times. */
        boolean primitive() {
            return fixed && this != DONE;
        }

        @Override
        public long minimum() {
            return minimum;
        }

        @Override
        public boolean fixed() {
            return fixed;
        }

        @Override
        public long capabilities() {
            return 0;
        }

        @Override
        public boolean constructs() {
            return false;
        }
    }

    /**
     * A capability.
     *
     * @param type the Java type, {@code Capability<Timer>}
     * @param target what it is a capability for: the service name of an RPC interface, else the simple name; empty if any
     */
    record Cap(TypeMirror type, String target) implements WireType {
        @Override
        public long minimum() {
            return 1;
        }

        @Override
        public boolean fixed() {
            return true;
        }

        @Override
        public long capabilities() {
            return 1;
        }

        @Override
        public boolean constructs() {
            return false;
        }
    }

    /** An enum, with the names of its constants in order. */
    record Constants(TypeElement element, List<String> names) implements WireType {
        @Override
        public long minimum() {
            return 4;
        }

        @Override
        public boolean fixed() {
            return true;
        }

        @Override
        public long capabilities() {
            return 0;
        }

        @Override
        public boolean constructs() {
            return false;
        }
    }

    /** A type that gets a pair of methods in the generated class, one to write it and one to read it. */
    sealed interface Composite extends WireType {
        /** The record or the sealed interface. */
        TypeElement element();

        @Override
        default boolean constructs() {
            return true;
        }
    }

    /** A record: its components in order. */
    record Product(TypeElement element, List<Field> components) implements Composite {
        @Override
        public long minimum() {
            return Field.minimum(components);
        }

        @Override
        public boolean fixed() {
            return components.stream().allMatch(field -> field.type().fixed());
        }

        @Override
        public long capabilities() {
            return Field.capabilities(components);
        }
    }

    /** A sealed interface: the number of the case in four bytes, then the case. */
    record Choice(TypeElement element, List<Composite> cases) implements Composite {
        /** Width of the number of the case. */
        static final int TAG = 4;

        @Override
        public long minimum() {
            return TAG + cases.stream().mapToLong(WireType::minimum).min().orElse(0);
        }

        @Override
        public boolean fixed() {
            return cases.stream().allMatch(WireType::fixed)
                    && cases.stream().mapToLong(WireType::minimum).distinct().count() == 1;
        }

        @Override
        public long capabilities() {
            return cases.stream().mapToLong(WireType::capabilities).max().orElse(0);
        }
    }

    /** A parameter, or a component of a record. */
    record Field(String name, WireType type) {
        /** Fewest bytes that these fields take together. */
        static long minimum(List<Field> fields) {
            return fields.stream().mapToLong(field -> field.type().minimum()).sum();
        }

        /** Most capabilities that these fields bring together. */
        static long capabilities(List<Field> fields) {
            return fields.stream()
                    .mapToLong(field -> field.type().capabilities())
                    .sum();
        }
    }
}
