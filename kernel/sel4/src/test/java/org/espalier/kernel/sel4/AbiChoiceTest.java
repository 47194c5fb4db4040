package org.espalier.kernel.sel4;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AbiChoiceTest {
    /** Numbers of {@code CNode_Copy}: of 13.0 it is one lower, as that has no flags of threads. */
    private static final int COPY_13 = 19;

    private static final int COPY = 20;

    @Test
    void copyTellsTheReleaseWithoutFlagsOfThreadsFromTheOthers() {
        AbiChoice old = AbiChoice.of(Optional.empty());
        assertThat(old.decide(COPY_13, CapType.CNODE, 5, true)).isEqualTo(Invocation.CNODE_COPY);
        assertThat(old.decide(COPY_13 - 3, CapType.CNODE, 2, false)).isEqualTo(Invocation.CNODE_REVOKE);
        AbiChoice recent = AbiChoice.of(Optional.empty());
        assertThat(recent.decide(COPY, CapType.CNODE, 5, true)).isEqualTo(Invocation.CNODE_COPY);
        assertThat(recent.decide(COPY - 3, CapType.CNODE, 2, false)).isEqualTo(Invocation.CNODE_REVOKE);
    }

    @Test
    void mappingTellsTheReleasesWithAndWithoutSchedulesOfDomainsApart() {
        for (Abi release : new Abi[] {Abi.V14, Abi.V16}) {
            int number = release == Abi.V14 ? 37 : 39;
            AbiChoice choice = AbiChoice.of(Optional.empty());
            assertThat(choice.decide(number, CapType.FRAME, 3, true)).isEqualTo(Invocation.PAGE_MAP);
            assertThat(choice.decide(number + 1, CapType.FRAME, 0, false)).isEqualTo(Invocation.PAGE_UNMAP);
        }
    }

    @Test
    void labelsOfMessagesAreTheProgramsOwnAndSayNothing() {
        AbiChoice choice = AbiChoice.of(Optional.empty());
        for (int type : new int[] {CapType.NULL, CapType.ENDPOINT, CapType.NOTIFICATION, CapType.REPLY}) {
            for (int label = 0; label < 100; label++) {
                choice.decide(label, type, 5, true);
            }
        }
        assertThat(choice.decide(COPY_13, CapType.CNODE, 5, true)).isEqualTo(Invocation.CNODE_COPY);
    }

    @Test
    void senselessInvocationsRuleNothingOut() {
        AbiChoice choice = AbiChoice.of(Optional.empty());
        assertThat(choice.decide(99, CapType.CNODE, 5, true)).isEqualTo(Invocation.NONE);
        assertThat(choice.decide(COPY_13, CapType.CNODE, 5, true)).isEqualTo(Invocation.CNODE_COPY);
    }

    @Test
    void releaseThatWasToldStays() {
        AbiChoice choice = AbiChoice.of(Optional.of(Abi.V14));
        assertThat(choice.decide(COPY_13, CapType.CNODE, 5, true)).isNotEqualTo(Invocation.CNODE_COPY);
        assertThat(choice.decide(COPY, CapType.CNODE, 5, true)).isEqualTo(Invocation.CNODE_COPY);
    }
}
