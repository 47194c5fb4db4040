package org.espalier.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.espalier.kernel.verifier.JarContent;
import org.espalier.kernel.verifier.Verdict;
import org.espalier.kernel.verifier.Verifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code verify}: says whether the byte code of a component would be let in, without running any of it. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Says whether the byte code of a component would be let in, and where it does what a component may not;"
                        + " runs none of it. Ends with 0 when nothing is wrong, with 1 when something is, and with 2 when the file"
                        + " cannot be read. docs/verifier.md describes what is verified and the format json.")
final class VerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The JAR of a component.")
    private Path file = Path.of("");

    @Mixin
    private FormatChoice format = new FormatChoice();

    /** For picocli. */
    VerifyCommand() {}

    @Override
    public Integer call() {
        Verdict verdict = Verifier.forThisJdk().verify(read());
        String name = String.valueOf(file.getFileName());
        PrintStream out = Output.standard();
        out.print(
                switch (format.format()) {
                    case TEXT -> VerdictText.everything(name, verdict);
                    case JSON -> VerdictText.json(name, verdict);
                });
        out.flush();
        return (verdict.isClean() ? ExitCode.OK : ExitCode.UNEXPECTED).code();
    }

    private JarContent read() {
        try {
            if (Files.size(file) > JarContent.MAX_BYTES) {
                throw new Refusal(
                        ExitCode.USAGE,
                        file + " has more than " + JarContent.MAX_BYTES + " bytes, and no component may.");
            }
            return JarContent.read(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new Refusal(ExitCode.USAGE, file + " cannot be read: there is no such file.");
        } catch (IOException e) {
            throw new Refusal(ExitCode.USAGE, file + " cannot be read: " + e.getMessage());
        } catch (JarContent.Unreadable e) {
            throw new Refusal(ExitCode.USAGE, file + " cannot be read: " + e.getMessage());
        }
    }
}
