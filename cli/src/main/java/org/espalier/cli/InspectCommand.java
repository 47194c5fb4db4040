package org.espalier.cli;

import java.io.PrintStream;
import java.util.List;
import org.espalier.control.RunningSystem;
import org.espalier.kernel.spi.HeldCapability;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code inspect}: the objects of the kernel beneath a running system. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description =
                "Shows the capabilities of the kernel beneath a running system: what memory has become, who holds what, and"
                        + " what was derived from what. For systems on kernel sel4.")
final class InspectCommand implements Runnable {
    @Mixin
    private SystemChoice choice = new SystemChoice();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            converter = Form.Converter.class,
            description = "text, json, or dot for Graphviz (default: text).")
    private Form form = Form.TEXT;

    @Option(
            names = "--holder",
            paramLabel = "LABEL",
            description = "Only what that component holds, and what it was derived from.")
    private @Nullable String holder;

    /** For picocli. */
    InspectCommand() {}

    /** How it is written. */
    enum Form {
        TEXT,
        JSON,
        DOT;

        /** Reads the name of a form in lower case. */
        static final class Converter implements ITypeConverter<Form> {
            /** For picocli. */
            Converter() {}

            @Override
            public Form convert(String value) {
                return switch (value) {
                    case "text" -> TEXT;
                    case "json" -> JSON;
                    case "dot" -> DOT;
                    default -> throw new TypeConversionException("expected text, json or dot, found ‘" + value + "’");
                };
            }
        }
    }

    @Override
    public void run() {
        RunningSystem system = choice.find();
        List<HeldCapability> all = SystemChoice.given(system, system.capabilities(), ExitCode.NO_SYSTEM);
        String wanted = holder;
        if (wanted != null) {
            if (all.stream().noneMatch(one -> one.holder().equals(wanted))) {
                throw new Refusal(ExitCode.NO_SYSTEM, "Nobody who is named ‘" + wanted + "’ holds a capability.");
            }
            all = CapabilityText.heldBy(all, wanted);
        }
        PrintStream out = Output.standard();
        switch (form) {
            case TEXT -> CapabilityText.tree(all).forEach(out::println);
            case JSON -> out.println(CapabilityText.json(all));
            case DOT -> CapabilityText.dot(all).forEach(out::println);
        }
        out.flush();
    }
}
