package org.espalier.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.espalier.config.Conversion;
import org.espalier.config.Notation;
import org.espalier.config.WriteResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code convert}: writes a configuration in another notation. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description =
                "Writes a configuration in another notation, XML or HID, with its comments; refuses what the other"
                        + " notation cannot express.")
final class ConvertCommand implements Runnable {
    private static final String STANDARD_INPUT = "-";

    @Parameters(paramLabel = "FILE", description = "A configuration in either notation; - for standard input.")
    private String file = STANDARD_INPUT;

    @Option(
            names = "--to",
            paramLabel = "NOTATION",
            converter = NotationConverter.class,
            description = "xml or hid (default: the one that FILE is not in).")
    private @Nullable Notation to;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "OUT",
            description = "The file to write, which may be FILE (default: standard output).")
    private @Nullable Path out;

    /** For picocli. */
    ConvertCommand() {}

    @Override
    public void run() {
        byte[] bytes = read();
        WriteResult result = to == null ? Conversion.convert(name(), bytes) : Conversion.convert(name(), bytes, to);
        switch (result) {
            case WriteResult.Written(String text) -> write(text);
            case WriteResult.Refused refused -> throw new Refusal(ExitCode.INPUT, refused.toString());
        }
    }

    private String name() {
        return file.equals(STANDARD_INPUT) ? "(standard input)" : file;
    }

    private byte[] read() {
        try {
            return file.equals(STANDARD_INPUT) ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new Refusal(ExitCode.INPUT, file + " cannot be read: there is no such file.");
        } catch (IOException e) {
            throw new Refusal(ExitCode.INPUT, name() + " cannot be read: " + e.getMessage());
        }
    }

    private void write(String text) {
        if (out == null) {
            PrintStream stream = Output.standard();
            stream.print(text);
            stream.flush();
            return;
        }
        try {
            Files.writeString(out, text, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new Refusal(ExitCode.USAGE, out + " cannot be written: its folder does not exist.");
        } catch (IOException e) {
            throw new Refusal(ExitCode.USAGE, out + " cannot be written: " + e.getMessage());
        }
    }

    /** Reads the name of a notation in lower case. */
    static final class NotationConverter implements ITypeConverter<Notation> {
        /** For picocli. */
        NotationConverter() {}

        @Override
        public Notation convert(String value) {
            for (Notation notation : Notation.values()) {
                if (notation.name().toLowerCase(Locale.ROOT).equals(value)) {
                    return notation;
                }
            }
            throw new TypeConversionException("expected xml or hid, found ‘" + value + "’");
        }
    }
}
