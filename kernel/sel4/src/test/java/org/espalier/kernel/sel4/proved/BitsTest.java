package org.espalier.kernel.sel4.proved;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Holds {@link Bits} to its number: ⌊value / 2^(top - count)⌋ mod 2^count, value unsigned. */
final class BitsTest {
    @Test
    void bitsBelowAreTheNumberThatTheyAreWorth() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        long[] values = new long[40];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (i) {
                case 0 -> 0;
                case 1 -> -1;
                case 2 -> Long.MIN_VALUE;
                case 3 -> Long.MAX_VALUE;
                default -> random.nextLong();
            };
        }
        for (long value : values) {
            BigInteger unsigned = new BigInteger(Long.toUnsignedString(value));
            for (int top = 0; top <= 64; top++) {
                for (int count = 0; count <= top; count++) {
                    BigInteger expected = unsigned.shiftRight(top - count).mod(BigInteger.ONE.shiftLeft(count));
                    assertThat(Bits.below(value, top, count))
                            .as("seed %d: below(%x, %d, %d)", seed, value, top, count)
                            .isEqualTo(expected.longValue());
                }
            }
        }
    }
}
