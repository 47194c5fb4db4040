package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Credit comes with time, up to that of a second; without it threads are held up; debt has an end. */
final class ThrottleTest {
    private static final long MILLIS = 1_000_000;
    private static final long SECOND = 1000 * MILLIS;

    private final AtomicInteger heldUp = new AtomicInteger();
    private final Throttle half = new Throttle(50, heldUp::incrementAndGet, 0);

    private boolean isOpen() {
        int before = heldUp.get();
        half.poll();
        return heldUp.get() == before;
    }

    @Test
    void whoHasTakenItsShareIsHeldUpUntilTimeHasPassed() {
        assertThat(half.look(100 * MILLIS, 100 * MILLIS)).isFalse();
        assertThat(isOpen()).isTrue();
        assertThat(half.look(1000 * MILLIS, 600 * MILLIS)).isFalse();
        assertThat(isOpen()).isFalse();
        assertThat(half.look(1020 * MILLIS, 600 * MILLIS)).isFalse();
        assertThat(isOpen()).isTrue();
    }

    @Test
    void whatIsNotTakenIsKeptForASecondAndNoLonger() {
        assertThat(half.look(100 * SECOND, 0)).isFalse();
        assertThat(half.look(100 * SECOND, 499 * MILLIS)).isFalse();
        assertThat(isOpen()).isTrue();
        assertThat(half.look(100 * SECOND, 500 * MILLIS)).isFalse();
        assertThat(isOpen()).isFalse();
    }

    @Test
    void debtOfHalfASecondAndItsShareOfOneIsTooMuch() {
        assertThat(half.look(0, 1500 * MILLIS)).isFalse();
        assertThat(half.look(0, 1501 * MILLIS)).isTrue();
    }

    @Test
    void whoWaitsGoesOnWhenThereIsCredit() throws Throwable {
        half.look(0, 600 * MILLIS);
        CompletableFuture<Boolean> waiting = Machine.async(() -> {
            half.await();
            return true;
        });
        half.look(100 * MILLIS, 600 * MILLIS);
        assertThat(waiting).isNotDone();
        half.look(300 * MILLIS, 600 * MILLIS);
        assertThat(Machine.get(waiting)).isTrue();
    }

    @Test
    void overAnyTimeNoMoreIsTakenThanTheShareAndWhatOneLookMisses() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long now = 0;
        long taken = 0;
        long longest = 0;
        for (int i = 0; i < 100_000; i++) {
            long step = random.nextLong(40 * MILLIS);
            longest = Math.max(longest, step);
            taken += isOpen() ? random.nextLong(step + 1) : 0;
            now += step;
            assertThat(half.look(now, taken)).isFalse();
            assertThat(taken).isLessThanOrEqualTo(now / 2 + SECOND / 2 + longest + 1000);
        }
    }
}
