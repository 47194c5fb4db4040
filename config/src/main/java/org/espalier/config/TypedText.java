package org.espalier.config;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;

/** Reads the text of an attribute as a value of some type. */
final class TypedText {

    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger SMALLEST = BigInteger.valueOf(Long.MIN_VALUE);

    /** Longer digits are wrong for sure, and turning a million of them into a number takes long. */
    private static final int MOST_DIGITS = 64;

    private TypedText() {}

    static Optional<Boolean> bool(String text) {
        return switch (text) {
            case "yes", "true", "on", "1" -> Optional.of(true);
            case "no", "false", "off", "0" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    static Value<Boolean> bool(Node node, Attribute attribute) {
        return bool(attribute.value())
                .<Value<Boolean>>map(Value.Given::new)
                .orElseGet(() -> malformed(node, attribute, "yes or no"));
    }

    static Value<Long> number(Node node, Attribute attribute) {
        String text = attribute.value();
        boolean negative = text.startsWith("-");
        Optional<BigInteger> magnitude = magnitude(negative ? text.substring(1) : text);
        if (magnitude.isEmpty()) {
            return malformed(node, attribute, "a number such as 42 or 0x2a");
        }
        BigInteger number = negative ? magnitude.get().negate() : magnitude.get();
        if (number.compareTo(SMALLEST) < 0 || number.compareTo(LARGEST) > 0) {
            return malformed(node, attribute, "a number from " + SMALLEST + " to " + LARGEST);
        }
        return new Value.Given<>(number.longValue());
    }

    static Value<ByteSize> size(Node node, Attribute attribute) {
        String text = attribute.value();
        int shift = switch (text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) {
            case 'K' -> 10;
            case 'M' -> 20;
            case 'G' -> 30;
            default -> 0;
        };
        Optional<BigInteger> digits = magnitude(shift == 0 ? text : text.substring(0, text.length() - 1));
        if (digits.isEmpty()) {
            return malformed(node, attribute, "a size such as 4M");
        }
        BigInteger bytes = digits.get().shiftLeft(shift);
        if (bytes.compareTo(LARGEST) > 0) {
            return malformed(node, attribute, "a size of at most " + LARGEST + " bytes");
        }
        return new Value.Given<>(new ByteSize(bytes.longValue()));
    }

    static Value<Duration> milliseconds(Node node, Attribute attribute) {
        Optional<BigInteger> digits = magnitude(attribute.value());
        if (digits.isEmpty()) {
            return malformed(node, attribute, "a number of milliseconds such as 500");
        }
        if (digits.get().compareTo(LARGEST) > 0) {
            return malformed(node, attribute, "at most " + LARGEST + " milliseconds");
        }
        return new Value.Given<>(Duration.ofMillis(digits.get().longValue()));
    }

    /** A number without sign, decimal or hexadecimal. */
    private static Optional<BigInteger> magnitude(String text) {
        boolean hex = text.startsWith("0x");
        int radix = hex ? 16 : 10;
        String digits = hex ? text.substring(2) : text;
        // ASCII only: Character.digit alone would also take the digits of other scripts.
        boolean valid = !digits.isEmpty()
                && digits.length() <= MOST_DIGITS
                && digits.chars().allMatch(c -> c < 0x80 && Character.digit(c, radix) >= 0);
        return valid ? Optional.of(new BigInteger(digits, radix)) : Optional.empty();
    }

    /** What a value of another type than expected comes to. */
    static <T> Value<T> malformed(Node node, Attribute attribute, String expected) {
        return new Value.Malformed<>(
                attribute.position(),
                "attribute ‘" + attribute.name() + "’ of <" + node.name() + ">: expected " + expected + ", found "
                        + Characters.quote(attribute.value()));
    }
}
