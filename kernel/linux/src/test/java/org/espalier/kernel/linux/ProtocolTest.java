package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.espalier.base.Message;
import org.junit.jupiter.api.Test;

final class ProtocolTest {
    private static final Pattern DEFINITION = Pattern.compile("#define ESPALIER_LINUX_(\\w+) (\\d+)");
    private static final Set<String> OFFSETS =
            Set.of("OPERATION", "INDEX", "ARGUMENTS", "WORD", "LENGTH", "CAP_COUNT", "CAPS", "MOST_BYTES");

    @Test
    void theHeaderForCHasTheNumbersOfTheKernel() throws IOException, IllegalAccessException {
        Map<String, Integer> expected = new TreeMap<>();
        for (Field field : Protocol.class.getDeclaredFields()) {
            if (field.getType() == int.class && !OFFSETS.contains(field.getName())) {
                expected.put(field.getName(), field.getInt(null));
            }
        }
        expected.put("MAX_BYTES", Message.MAX_BYTES);
        expected.put("MAX_CAPS", Message.MAX_CAPS);
        Map<String, Integer> found = new TreeMap<>();
        for (MatchResult definition :
                DEFINITION.matcher(Files.readString(header())).results().toList()) {
            found.put(definition.group(1), Integer.valueOf(definition.group(2)));
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void theHeaderForCHasTheLayoutOfSlots() throws IOException, IllegalAccessException {
        Map<String, Integer> expected = new TreeMap<>();
        for (Field field : SlotLayout.class.getDeclaredFields()) {
            if (field.getType() == int.class) {
                expected.put(field.getName().equals("SLOT_BYTES") ? "PAGE_BYTES" : field.getName(), field.getInt(null));
            }
        }
        Map<String, Integer> found = new TreeMap<>();
        for (MatchResult definition : Pattern.compile("#define ESPALIER_SLOT_(\\w+) (\\d+)")
                .matcher(Files.readString(header()))
                .results()
                .toList()) {
            found.put(definition.group(1), Integer.valueOf(definition.group(2)));
        }
        assertThat(found).isEqualTo(expected);
    }

    private static Path header() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("native/linux/protocol.h"))) {
            folder = Objects.requireNonNull(folder.getParent(), "a folder with native/linux");
        }
        return folder.resolve("native/linux/protocol.h");
    }
}
