package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The numbers of system calls are the same in Java and in C. */
final class OperationTest {
    private static final Pattern NUMBER = Pattern.compile("ESPALIER_HW_(\\w+) = (\\d+),");

    @Test
    void javaAndCHaveTheSameNumbers() throws Exception {
        Map<String, Integer> java = new TreeMap<>();
        for (Field field : Operation.class.getDeclaredFields()) {
            if (field.getType() == int.class) {
                java.put(field.getName(), field.getInt(null));
            }
        }
        assertThat(java).hasSize(13).isEqualTo(ofHeader());
    }

    private static Map<String, Integer> ofHeader() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("native/hw/operations.h"))) {
            folder = Objects.requireNonNull(folder.getParent(), "The test runs below the project's folder.");
        }
        Map<String, Integer> numbers = new TreeMap<>();
        Matcher matcher = NUMBER.matcher(Files.readString(folder.resolve("native/hw/operations.h")));
        while (matcher.find()) {
            numbers.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
        }
        return numbers;
    }
}
