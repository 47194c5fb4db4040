package org.espalier.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** For whom a command writes. */
enum Format {
    /** For people. */
    TEXT,
    /** For tools. */
    JSON;

    /** Reads the name of a format in lower case. */
    static final class Converter implements ITypeConverter<Format> {
        /** For picocli. */
        Converter() {}

        @Override
        public Format convert(String value) {
            return switch (value) {
                case "text" -> TEXT;
                case "json" -> JSON;
                default -> throw new TypeConversionException("expected text or json, found ‘" + value + "’");
            };
        }
    }
}
