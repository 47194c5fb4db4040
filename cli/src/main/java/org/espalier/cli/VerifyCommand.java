package org.espalier.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.espalier.kernel.verifier.JarContent;
import org.espalier.kernel.verifier.Verdict;
import org.espalier.kernel.verifier.Verifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code verify}: says whether the byte code of a component would be let in, without running any of it. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Says whether the byte code of a component would be let in, and where it does what a component may not;"
                        + " runs none of it. Ends with 0 when nothing is wrong, with 1 when something is, and with 2 when the file"
                        + " cannot be read. docs/verifier.md describes what is verified.")
final class VerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The JAR of a component.")
    private Path file = Path.of("");

    /** For picocli. */
    VerifyCommand() {}

    @Override
    public Integer call() {
        Verdict verdict = Verifier.forThisJdk().verify(read());
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        verdict.rejections().forEach(out::println);
        if (verdict.further() > 0) {
            out.println("… and " + verdict.further() + " more");
        }
        out.println(file.getFileName() + ": " + count(verdict.classes(), "class", "classes") + ", "
                + (verdict.isClean()
                        ? "nothing to reject"
                        : count(verdict.rejections().size() + verdict.further(), "rejection", "rejections"))
                + " by the list for JDK " + verdict.release());
        out.flush();
        return (verdict.isClean() ? ExitCode.OK : ExitCode.UNEXPECTED).code();
    }

    private static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
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
