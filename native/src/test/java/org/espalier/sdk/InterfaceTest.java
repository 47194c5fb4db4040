package org.espalier.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.espalier.base.Failure;
import org.espalier.base.LogSession;
import org.espalier.base.Message;
import org.espalier.base.Parent;
import org.espalier.base.spi.ComponentKernel;
import org.junit.jupiter.api.Test;

/** Numbers that are written down in C and in Java are the same. */
class InterfaceTest {
    private static String read(String file) throws IOException {
        return Files.readString(Path.of(file));
    }

    @Test
    void failuresHaveTheSameNumbersAndNames() throws IOException {
        String header = read("include/espalier/abi.h");
        String failures =
                header.substring(header.indexOf("enum espalier_failure {"), header.indexOf("enum espalier_event_kind"));
        List<String> names = Pattern.compile("ESPALIER_(\\w+) = (\\d+)")
                .matcher(failures)
                .results()
                .map((MatchResult match) -> match.group(1) + " " + match.group(2))
                .toList();
        List<String> expected = Arrays.stream(Failure.values())
                .map(failure -> failure + " " + failure.status())
                .toList();
        assertThat(names).isEqualTo(expected);
        String texts = read("sdk/text.c");
        List<String> said = Pattern.compile("\"([A-Z_]+)\"")
                .matcher(texts.substring(texts.indexOf("void espalier_add_failure")))
                .results()
                .map((MatchResult match) -> match.group(1))
                .limit(Failure.values().length)
                .toList();
        assertThat(said)
                .isEqualTo(Arrays.stream(Failure.values()).map(Enum::name).toList());
    }

    @Test
    void limitsAndNumbersOfTheEnvironmentAreTheSame() throws IOException {
        assertThat(read("include/espalier/message.h"))
                .contains("ESPALIER_MAX_BYTES = " + Message.MAX_BYTES + ",")
                .contains("ESPALIER_MAX_CAPABILITIES = " + Message.MAX_CAPS + ",");
        assertThat(read("include/espalier/abi.h")).contains("ESPALIER_PARENT = " + ComponentKernel.PARENT + " ");
        assertThat(read("sdk/internal.h"))
                .contains("ESPALIER_SESSION_PD = " + Parent.PD + ",")
                .contains("ESPALIER_SESSION_CPU = " + Parent.CPU + ",")
                .contains("ESPALIER_SESSION_LOG = " + Parent.LOG + " ");
        assertThat(read("sdk/log.c")).contains("PART = " + LogSession.MAX_BYTES + " ");
    }
}
