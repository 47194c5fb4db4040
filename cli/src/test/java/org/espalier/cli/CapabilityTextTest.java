package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.kernel.spi.HeldCapability;
import org.junit.jupiter.api.Test;

/** Capabilities as {@code inspect} shows them. */
final class CapabilityTextTest {
    private static final HeldCapability MEMORY =
            new HeldCapability(32, 0, "core's own", "Untyped", 0x200000, 2 << 20, 0, "", 1);
    private static final HeldCapability ENDPOINT =
            new HeldCapability(64, 32, "core's own", "Endpoint", 0x200000, 16, 0, "srga", 1);
    private static final HeldCapability SERVED =
            new HeldCapability(96, 64, "init -> \"server\"", "Endpoint", 0x200000, 16, 5, "sra", 1);
    private static final HeldCapability CALLED =
            new HeldCapability(128, 96, "init", "Endpoint", 0x200000, 16, 5, "sa", 1);
    private static final HeldCapability FRAMES =
            new HeldCapability(160, 32, "core's own", "Frame", 0x201000, 4096, 0, "", 3);
    private static final HeldCapability CONTROL =
            new HeldCapability(192, 0, "core's own", "IRQControl", 0, 0, 0, "", 1);
    private static final List<HeldCapability> ALL = List.of(MEMORY, ENDPOINT, SERVED, CALLED, FRAMES, CONTROL);

    @Test
    void eachStandsBelowTheOneThatItWasDerivedFrom() {
        assertThat(CapabilityText.tree(ALL))
                .containsExactly(
                        "Untyped 0x200000 2M  [core's own]",
                        "  Endpoint 0x200000 16 srga  [core's own]",
                        "    Endpoint 0x200000 16 badge 0x5 sra  [init -> \"server\"]",
                        "      Endpoint 0x200000 16 badge 0x5 sa  [init]",
                        "  Frame × 3 0x201000 4K  [core's own]",
                        "IRQControl  [core's own]");
    }

    @Test
    void whatOneHoldsComesWithWhereItComesFromAndNothingElse() {
        assertThat(CapabilityText.heldBy(ALL, "init -> \"server\"")).containsExactly(MEMORY, ENDPOINT, SERVED);
        assertThat(CapabilityText.heldBy(ALL, "nobody")).isEmpty();
    }

    @Test
    void aGraphHasANodeForEachAndAnEdgeForEachDerivation() {
        assertThat(CapabilityText.dot(List.of(MEMORY, ENDPOINT, SERVED)))
                .containsExactly(
                        "digraph capabilities {",
                        "  rankdir=LR;",
                        "  node [shape=box, fontname=\"sans-serif\"];",
                        "  c32 [label=\"Untyped 0x200000 2M\\ncore's own\"];",
                        "  c64 [label=\"Endpoint 0x200000 16 srga\\ncore's own\"];",
                        "  c32 -> c64;",
                        "  c96 [label=\"Endpoint 0x200000 16 badge 0x5 sra\\ninit -> \\\"server\\\"\"];",
                        "  c64 -> c96;",
                        "}");
    }

    @Test
    void toolsGetAllFields() {
        assertThat(CapabilityText.json(List.of(SERVED)))
                .isEqualTo("[{\"slot\":96,\"parent\":64,\"holder\":\"init -> \\\"server\\\"\",\"type\":\"Endpoint\","
                        + "\"object\":2097152,\"bytes\":16,\"badge\":5,\"rights\":\"sra\",\"count\":1}]");
    }
}
