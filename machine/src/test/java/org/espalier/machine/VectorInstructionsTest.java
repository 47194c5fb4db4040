package org.espalier.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VectorInstructionsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "fld1, d9e8, true",
        "fwait, 9b, true",
        "emms, 0f77, true",
        "movaps xmm0 xmm1, 0f28c1, true",
        "addsd with prefixes, f2480f58c1, true",
        "pshufb, 660f3800c1, true",
        "palignr, 660f3a0fc101, true",
        "ldmxcsr, 0fae5424f8, true",
        "vzeroupper, c5f877, true",
        "vpxor, c5fdefc0, true",
        "vinsertf128, c4e37d18c001, true",
        "vmovdqu64 zmm, 62f1fe486fc0, true",
        "prefetch, 0f180c24, false",
        "clflush, 0fae3c24, false",
        "mfence, 0faef0, false",
        "movnti, 0fc34424f8, false",
        "cmpxchg8b, 0fc74c24f8, false",
        "crc32, f20f38f1c1, false",
        "movbe, 0f38f04424f8, false",
        "andn, c4e270f2c2, false",
        "rorx, c4e37bf0c001, false",
        "bswap, 0fc8, false",
        "mov with segment, 64488b0425f8ffffff, false",
    })
    void instructionsThatUseVectorStateAreTold(String name, String bytes, boolean uses) {
        byte[] code = HexFormat.of().parseHex(bytes);
        assertThat(VectorInstructions.isFirst(code, code.length)).as(name).isEqualTo(uses);
        for (int length = 0; length < code.length; length++) {
            int cut = length;
            assertThatCode(() -> VectorInstructions.isFirst(code, cut)).doesNotThrowAnyException();
        }
    }
}
