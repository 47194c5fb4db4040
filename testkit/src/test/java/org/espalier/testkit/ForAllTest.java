package org.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ForAllTest {

    private static final long SEED = 42;

    private static String messageOf(org.junit.jupiter.api.function.Executable run) {
        Throwable thrown = catchThrowable(run::execute);
        assertThat(thrown).isInstanceOf(AssertionError.class);
        return String.valueOf(thrown.getMessage());
    }

    @Test
    void ruleThatHoldsIsCheckedInEveryTrial() {
        List<Integer> seen = new ArrayList<>();
        ForAll.forAll(Gen.integers(-5, 5), 100, seen::add);
        assertThat(seen).hasSize(100).allMatch(number -> number >= -5 && number <= 5);
    }

    @Test
    void sameSeedDrawsTheSameValues() {
        Gen<List<String>> gen = Gen.lists(Gen.strings("abc", 8), 8);
        List<List<String>> first = new ArrayList<>();
        List<List<String>> second = new ArrayList<>();
        ForAll.forAll(gen, 50, SEED, first::add);
        ForAll.forAll(gen, 50, SEED, second::add);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void integerShrinksToTheBoundaryOfTheRule() {
        assertThat(messageOf(() -> ForAll.forAll(
                        Gen.integers(0, 1_000_000),
                        100,
                        SEED,
                        number -> assertThat(number).isLessThan(1234))))
                .contains("smallest value: 1234\n");
    }

    @Test
    void negativeNumberShrinksTowardsZero() {
        assertThat(messageOf(() -> ForAll.forAll(
                        Gen.longs(Long.MIN_VALUE, Long.MAX_VALUE),
                        100,
                        SEED,
                        number -> assertThat(number).isGreaterThan(-77))))
                .contains("smallest value: -77\n");
    }

    @Test
    void listShrinksToTheElementThatMatters() {
        assertThat(messageOf(() -> ForAll.forAll(
                        Gen.lists(Gen.integers(0, 100), 30),
                        100,
                        SEED,
                        list -> assertThat(list).allMatch(number -> number < 10))))
                .contains("smallest value: [10]\n");
    }

    @Test
    void stringShrinksToTheCharacterThatMatters() {
        assertThat(messageOf(() -> ForAll.forAll(
                        Gen.strings("abc\n", 30),
                        100,
                        SEED,
                        text -> assertThat(text).doesNotContain("\n"))))
                .contains("smallest value: \"\\n\"\n");
    }

    @Test
    void mappedValueShrinksAsItsOriginal() {
        assertThat(messageOf(() -> ForAll.forAll(
                        Gen.integers(0, 1000).map(number -> "n" + number),
                        100,
                        SEED,
                        text -> assertThat(text).hasSizeLessThan(3))))
                .contains("smallest value: \"n10\"\n");
    }

    @Test
    void reportedSeedFailsInTheFirstTrial() {
        Property<Integer> rule = number -> assertThat(number).isNotEqualTo(7);
        String message = messageOf(() -> ForAll.forAll(Gen.integers(0, 15), 1000, SEED, rule));
        String reported = message.replaceAll("(?s).*-Despalier\\.seed=(-?\\d+).*", "$1");
        assertThat(messageOf(() -> ForAll.forAll(Gen.integers(0, 15), 1000, Long.parseLong(reported), rule)))
                .startsWith("The property fails in trial 1 of 1000; repeat it with -Despalier.seed=" + reported + "\n");
    }

    @Test
    void reportHoldsDrawnValueAndCause() {
        IllegalStateException cause = new IllegalStateException("no");
        Throwable thrown = catchThrowable(() -> ForAll.forAll(Gen.of("x"), 3, SEED, value -> {
            throw cause;
        }));
        assertThat(thrown).hasCause(cause).hasMessage("""
                        The property fails in trial 1 of 3; repeat it with -Despalier.seed=42
                          smallest value: "x"
                          drawn value:    "x"
                          java.lang.IllegalStateException: no""");
    }

    @Test
    void stackOverflowIsAFindingLikeAnyOther() {
        assertThat(messageOf(() -> ForAll.forAll(Gen.of("x"), 1, SEED, value -> {
                    throw new StackOverflowError();
                })))
                .endsWith("java.lang.StackOverflowError");
    }

    @Test
    void choiceWithoutOutcomeIsRefused() {
        assertThatThrownBy(() -> Choices.seeded(1).below(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A choice needs at least one outcome, but the bound is 0.");
        assertThatThrownBy(() -> Choices.seeded(1).between(2, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no number from 2 to 1.");
    }

    @Test
    void bothEndsOfARangeComeUp() {
        List<Integer> seen = new ArrayList<>();
        ForAll.forAll(Gen.integers(3, 100_000), 500, SEED, seen::add);
        assertThat(seen).contains(3, 100_000).allMatch(number -> number >= 3 && number <= 100_000);
    }

    @Test
    void everyGeneratorOfAUnionIsUsed() {
        List<Integer> seen = new ArrayList<>();
        ForAll.forAll(Gen.anyOf(List.of(Gen.of(1), Gen.of(2), Gen.of(3))), 100, SEED, seen::add);
        assertThat(seen).contains(1, 2, 3);
    }
}
