package org.espalier.kernel.ring3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** A file that is no native component is refused with the reason. */
final class ComponentFileTest {
    private static final long PAGE = 4096;
    private static final int HEADER = 64;
    private static final int ENTRY = 56;

    /** A file with so many segments of a page each, the first of which can be executed, from {@code address} on. */
    private static byte[] file(int segments, long address) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + segments * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        bytes.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1);
        bytes.putLong(24, address).putLong(32, HEADER);
        bytes.putShort(52, (short) HEADER).putShort(54, (short) ENTRY).putShort(56, (short) segments);
        for (int i = 0; i < segments; i++) {
            int at = HEADER + i * ENTRY;
            bytes.putInt(at, 1).putInt(at + 4, i == 0 ? 5 : 6).putLong(at + 16, address + i * PAGE);
            bytes.putLong(at + 40, PAGE).putLong(at + 48, PAGE);
        }
        return bytes.array();
    }

    private static String refusal(byte[] file) {
        return ComponentFile.read(file) instanceof ComponentFile.Verdict.Refused(String reason) ? reason : "";
    }

    @Test
    void componentsLieBelowWhatTheKernelGivesAway() {
        assertThat(refusal(file(1, 0x10000))).isEmpty();
        assertThat(refusal(file(16, 0x6000_0000 - 16 * PAGE))).isEmpty();
        assertThat(refusal(file(1, 0x6000_0000)))
                .isEqualTo(
                        "A segment of the ELF file takes 4096 bytes at 0x60000000, and native components lie from 0x10000 to"
                                + " 0x60000000.");
        assertThat(refusal(file(2, 0x6000_0000 - PAGE))).contains("at 0x60000000,");
    }

    @Test
    void componentsHaveSixteenSegmentsAtMost() {
        assertThat(refusal(file(17, 0x10000)))
                .isEqualTo("The ELF file has 17 segments with memory, and a native component has 16 at most.");
    }

    @Test
    void whatIsNoElfFileIsNamedWithItsField() {
        assertThat(ComponentFile.isElf(file(1, 0x10000))).isTrue();
        assertThat(ComponentFile.isElf(new byte[] {0x7f, 'E', 'L'})).isFalse();
        assertThat(refusal(new byte[] {0x7f, 'E', 'L', 'F'}))
                .isEqualTo(
                        "The ELF file is no native component. Field file size at offset 0 is 0x4, expected at least 64 bytes.");
    }
}
