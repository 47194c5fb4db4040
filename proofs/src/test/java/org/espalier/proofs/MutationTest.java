package org.espalier.proofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A proof of a class with a mistake in it does not close: the contracts say something. */
@Tag("slow")
final class MutationTest {
    private static final Path HOME = Path.of(System.getProperty("espalier.home", "."));
    private static final int STEPS = 5_000;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    UntypedRegion.firstMultiple | return (freeOffset + objectBytes - 1)      | return (freeOffset + objectBytes)
                    UntypedRegion.start (2)     | <= regionBytes ? start : -1                | < regionBytes ? start : -1
                    TcbQueue.append             | memory.setLinkNext(last, linkOffset, tcb); | ;
                    TcbQueue.remove             | memory.setTail(queue, before);             | ;
                    DerivationTree.remove       | memory.setPrev(after, before);             | ;
                    DerivationTree.insertAfter  | memory.setNext(place, slot);               | ;
                    DerivationTree.swap (1)     | place(first, second, after);               | place(first, before, after);
                    CapLookup.resolve           | if (levelBits > left) {                    | if (levelBits >= left) {
                    CapLookup.resolve           | int rest = left - levelBits;               | int rest = left - atGuardBits;
                    CapLookup.resolve           | at = below;                                | at = rootSlot;
                    CapLookup.resolve           | left = rest;                               | left = left + 0;
                    CapLookup.resolve           | return found(below, rest);                 | return found(at, rest);
                    """)
    void mistakeLeavesAGoalOpen(String contract, String right, String wrong) throws Exception {
        boolean[] changed = new boolean[1];
        try (ProofSources sources = ProofSources.copied(HOME, text -> {
                    String mutated = text.replace(right, wrong);
                    changed[0] |= !mutated.equals(text);
                    return mutated;
                });
                Prover prover = Prover.over(sources)) {
            assertThat(changed[0]).as("the source has: %s", right).isTrue();
            Prover.Obligation obligation = prover.obligations().stream()
                    .filter(o -> o.name().equals(contract))
                    .findFirst()
                    .orElseThrow();
            assertThat(prover.prove(obligation, STEPS).closed()).isFalse();
        }
    }
}
