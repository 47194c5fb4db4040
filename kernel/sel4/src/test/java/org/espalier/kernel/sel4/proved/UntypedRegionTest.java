package org.espalier.kernel.sel4.proved;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class UntypedRegionTest {
    @Test
    void objectsBeginAtTheFirstMultipleOfTheirSizeThatIsFree() {
        assertThat(UntypedRegion.start(4096, 0, 1024, 4)).isEqualTo(0);
        assertThat(UntypedRegion.start(4096, 1, 1024, 3)).isEqualTo(1024);
        assertThat(UntypedRegion.start(4096, 1024, 1024, 3)).isEqualTo(1024);
        assertThat(UntypedRegion.start(4096, 4096 - 16, 16, 1)).isEqualTo(4096 - 16);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThat(UntypedRegion.start(4096, 0, 1024, 5)).isEqualTo(-1);
        assertThat(UntypedRegion.start(4096, 1, 1024, 4)).isEqualTo(-1);
        assertThat(UntypedRegion.start(4096, 4096, 16, 1)).isEqualTo(-1);
        assertThat(UntypedRegion.start(16, 0, 1L << 47, 256)).isEqualTo(-1);
    }

    @Test
    void resultIsThatOfTheRuleInNumbersWithoutEnd() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            long region = 1L << random.nextInt(4, 48);
            long free = random.nextLong(region + 1);
            long object = 1L << random.nextInt(4, 48);
            long count = random.nextInt(1, 257);
            BigInteger size = BigInteger.valueOf(object);
            BigInteger start = BigInteger.valueOf(free)
                    .add(size)
                    .subtract(BigInteger.ONE)
                    .divide(size)
                    .multiply(size);
            BigInteger end = start.add(size.multiply(BigInteger.valueOf(count)));
            long expected = end.compareTo(BigInteger.valueOf(region)) <= 0 ? start.longValueExact() : -1;
            assertThat(UntypedRegion.start(region, free, object, count))
                    .as("seed %d: start(%d, %d, %d, %d)", seed, region, free, object, count)
                    .isEqualTo(expected);
        }
    }
}
