package org.espalier.proofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
    private static final Path HOME = Path.of(System.getProperty("espalier.home", "."));

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private String output() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void argumentsThatAreWrongAreNamed() {
        assertThat(Main.run(out, HOME, "--lists")).isEqualTo(2);
        assertThat(Main.run(out, HOME, "--only")).isEqualTo(2);
        assertThat(output()).isEqualToNormalizingNewlines("""
                        prove: it has no argument '--lists'
                        usage: ./espalier prove [--list] [--only NAME]
                        prove: --only needs the name of a contract or check, or a part of it
                        usage: ./espalier prove [--list] [--only NAME]
                        """);
    }

    @Test
    void sourceThatIsNotThereIsNamed(@TempDir Path home) {
        assertThat(Main.run(out, home)).isEqualTo(1);
        assertThat(output())
                .startsWith("prove: A source of the proofs cannot be read: ")
                .contains("UntypedRegion.java");
    }

    @Test
    @Tag("slow")
    void sourceThatKeyCannotParseIsNamed(@TempDir Path home) throws Exception {
        Path queue = copyOfTheProvedClasses(home).resolve("TcbQueue.java");
        Files.writeString(queue, "package p;\nfinal class TcbQueue { record R() {} }\n");
        assertThat(Main.run(out, home)).isEqualTo(1);
        assertThat(output())
                .startsWith("prove: KeY cannot read the proved classes: ")
                .contains("TcbQueue.java");
    }

    @Test
    @Tag("slow")
    void contractThatStaysOpenFailsTheCommand(@TempDir Path home) throws Exception {
        Path queue = copyOfTheProvedClasses(home).resolve("TcbQueue.java");
        String right = "memory.setTail(queue, before);";
        assertThat(Files.readString(queue)).contains(right);
        Files.writeString(queue, Files.readString(queue).replace(right, ";"));
        assertThat(Main.run(out, home, "--only", "TcbQueue.remove")).isEqualTo(1);
        assertThat(output()).contains("TcbQueue.remove ").contains("OPEN, ").contains("0 of 1 contracts closed");
    }

    @Test
    @Tag("slow")
    void nameThatNothingHasIsRefused() {
        assertThat(Main.run(out, HOME, "--only", "TcbQeue")).isEqualTo(2);
        assertThat(output())
                .isEqualToNormalizingNewlines(
                        "prove: no contract and no check has 'TcbQeue' in its name; --list shows them\n");
    }

    @Test
    @Tag("slow")
    void everyContractIsClosedOrListedAndEveryCheckHolds() {
        assertThat(Main.run(out, HOME)).as("%s", output()).isZero();
    }

    private static Path copyOfTheProvedClasses(Path home) throws IOException {
        String folder = "kernel/sel4/src/main/java/org/espalier/kernel/sel4/proved/";
        Path copy = Files.createDirectories(home.resolve(folder));
        for (String name : ProofSources.PROVED) {
            Files.copy(HOME.resolve(folder + name + ".java"), copy.resolve(name + ".java"));
        }
        return copy;
    }
}
