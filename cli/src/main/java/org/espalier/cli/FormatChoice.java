package org.espalier.cli;

import picocli.CommandLine.Option;

/** The option of commands that write for people or for tools. */
final class FormatChoice {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            converter = Format.Converter.class,
            description = "text or json (default: text).")
    private Format format = Format.TEXT;

    /** For picocli. */
    FormatChoice() {}

    Format format() {
        return format;
    }
}
