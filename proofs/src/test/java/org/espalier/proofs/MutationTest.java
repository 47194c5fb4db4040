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
    private static final int STEPS = 20_000;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    UntypedRegion.start      | freeOffset + (objectBytes - over)                        | freeOffset + over
                    UntypedRegion.start      | > regionBytes - start                                    | > regionBytes - freeOffset
                    TcbQueue.append (1)      | memory.setLinkNext(last, linkOffset, tcb);               | ;
                    TcbQueue.remove (1)      | memory.setTail(queue, before);                           | ;
                    DerivationTree.remove (1) | memory.setPrev(after, before);                           | ;
                    DerivationTree.insertAfter (1) | memory.setNext(place, slot);                           | ;
                    CapLookup.resolve        | left = left - levelBits;                                 | left = left - radix;
                    CapLookup.resolve        | if (levelBits > left) {                                  | if (levelBits >= left) {
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
