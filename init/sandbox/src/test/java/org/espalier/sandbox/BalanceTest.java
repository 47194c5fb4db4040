package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What host and child owe each other, whatever comes in which order. */
final class BalanceTest {
    private static final Amounts BIG = new Amounts(1000, 100);
    private static final Amounts SMALL = new Amounts(400, 90);

    @Test
    void aQuotaThatShrinksAndGrowsAgainBeforeAnythingCameBackMovesNothing() {
        Balance balance = new Balance();
        balance.quotaChanged(BIG, SMALL);
        assertThat(balance.excess()).isEqualTo(new Amounts(600, 10));
        balance.quotaChanged(SMALL, BIG);
        assertThat(balance.excess()).isEqualTo(Amounts.NOTHING);
        assertThat(balance.lacking()).isEqualTo(Amounts.NOTHING);
    }

    @Test
    void aQuotaThatGrowsAgainGivesOnlyWhatHasComeBack() {
        Balance balance = new Balance();
        balance.quotaChanged(BIG, SMALL);
        balance.gaveBack(new Amounts(250, 10));
        balance.quotaChanged(SMALL, BIG);
        assertThat(balance.lacking()).isEqualTo(new Amounts(250, 10));
        assertThat(balance.wanted()).isEqualTo(Amounts.NOTHING);
    }

    @Test
    void whatSomebodyElseWantsStaysWantedWhenTheQuotaShrinks() {
        Balance balance = new Balance();
        balance.ask(new Amounts(100, 5));
        balance.quotaChanged(BIG, SMALL);
        assertThat(balance.wanted()).isEqualTo(new Amounts(700, 15));
        balance.gaveBack(new Amounts(650, 10));
        assertThat(balance.excess()).isEqualTo(Amounts.NOTHING);
        assertThat(balance.wanted()).isEqualTo(new Amounts(50, 5));
    }

    /** The child holds its quota, less what it lacks, more what it has in excess, less what it gave for others. */
    @Test
    void noOrderOfEventsGivesOrTakesMoreThanTheQuotaSays() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < 200; run++) {
            Balance balance = new Balance();
            Amounts quota = some(random, BIG);
            Amounts held = quota;
            Amounts gaveForOthers = Amounts.NOTHING;
            for (int step = 0; step < 100; step++) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        Amounts next = some(random, BIG);
                        balance.quotaChanged(quota, next);
                        quota = next;
                    }
                    case 1 -> {
                        Amounts given = some(random, balance.lacking());
                        balance.given(given);
                        held = held.plus(given);
                    }
                    case 2 -> balance.ask(some(random, BIG));
                    default -> {
                        Amounts back = some(random, balance.wanted());
                        gaveForOthers = gaveForOthers.plus(back.minus(back.atMost(balance.excess())));
                        balance.gaveBack(back);
                        held = held.minus(back);
                    }
                }
                assertThat(held)
                        .as("seed %d, run %d, step %d", seed, run, step)
                        .isEqualTo(quota.minus(balance.lacking())
                                .plus(balance.excess())
                                .minus(gaveForOthers));
                assertThat(balance.wanted().positive()).isEqualTo(balance.wanted());
            }
        }
    }

    private static Amounts some(SplittableRandom random, Amounts most) {
        return new Amounts(random.nextLong(most.ram() + 1), random.nextLong(most.caps() + 1));
    }
}
