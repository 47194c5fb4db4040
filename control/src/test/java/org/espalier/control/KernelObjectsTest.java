package org.espalier.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.config.ConfigReader;
import org.espalier.config.ReadResult;
import org.espalier.config.XmlWriter;
import org.espalier.kernel.spi.HeldCapability;
import org.junit.jupiter.api.Test;

/** Capabilities on their way from a system to who looks into it. */
final class KernelObjectsTest {
    @Test
    void whatIsSentIsWhatIsRead() {
        List<HeldCapability> all = List.of(
                new HeldCapability(32, 0, "core's own", "Untyped", 0x200000, 2 << 20, 0, "", 1),
                new HeldCapability(64, 32, "init -> <\"x\">&", "Endpoint", 0x200000, 16, Long.MIN_VALUE | 5, "sa", 7));
        String text = XmlWriter.write(KernelObjects.node(all));
        assertThat(ConfigReader.read("sent", text))
                .isInstanceOfSatisfying(
                        ReadResult.Parsed.class,
                        parsed -> assertThat(KernelObjects.of(parsed.root())).isEqualTo(all));
    }
}
