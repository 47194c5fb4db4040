package org.espalier.base.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.base.processor.WireType.Choice;
import org.espalier.base.processor.WireType.Composite;
import org.espalier.base.processor.WireType.Field;
import org.espalier.base.processor.WireType.Product;

/**
 * Writes the documentation of a wire layout for people who speak it from another language: where each field lies, how wide
 * it is and what it means. The same interface gives the same text to the byte.
 */
final class WireDocument {
    private static final String ENCODING = """
            Fields follow one another without padding, little-endian; offsets and widths are in bytes. A width of 4+n is a
            length n in four bytes and then n bytes. An offset +n counts from the end of the last field before it whose width
            varies, and of a oneof only the fields of one case are there. A capability is one byte: 0 for none, 1 for the next
            one that travels beside the bytes.
            """;

    /**
     * A place in a message.
     *
     * @param absolute whether {@code bytes} counts from the start, else from the end of the last field of variable width
     */
    private record Offset(boolean absolute, long bytes) {
        static final Offset START = new Offset(true, 0);

        Offset behind(WireType type) {
            return type.fixed() ? plus(type.minimum()) : new Offset(false, 0);
        }

        Offset plus(long more) {
            return new Offset(absolute, bytes + more);
        }

        @Override
        public String toString() {
            return (absolute ? "" : "+") + bytes;
        }
    }

    private record Row(String offset, String width, String type, String field) {
        static final Row HEADER = new Row("offset", "width", "type", "field");
    }

    private final StringBuilder text = new StringBuilder();

    private WireDocument() {}

    /** The documentation of {@code service}, whose layout is {@code layout}. */
    static String write(Service service, Canonical layout) {
        WireDocument document = new WireDocument();
        document.text.append("service  ").append(service.name()).append('\n');
        document.text.append("layout   ").append(layout.hex()).append("\n\n").append(ENCODING);
        for (Service.Operation operation : service.operations()) {
            document.writeOperation(operation);
        }
        document.text.append("\nThe layout is the start of the SHA-256 of this text:\n\n");
        layout.text()
                .lines()
                .forEach(line -> document.text.append("  ").append(line).append('\n'));
        return document.text.toString();
    }

    private void writeOperation(Service.Operation operation) {
        text.append("\noperation ")
                .append(operation.number())
                .append(": ")
                .append(operation.name())
                .append('\n');
        writeFields("request", operation.parameters());
        writeFields("reply", List.of(new Field("result", operation.result())));
    }

    private void writeFields(String what, List<Field> fields) {
        boolean fixed = fields.stream().allMatch(field -> field.type().fixed());
        long capabilities = Field.capabilities(fields);
        text.append("  ")
                .append(what)
                .append(": ")
                .append(fixed ? "" : "at least ")
                .append(counted(Field.minimum(fields), "byte", "bytes"))
                .append(capabilities == 0 ? "" : ", up to " + counted(capabilities, "capability", "capabilities"))
                .append('\n');
        List<Row> rows = new ArrayList<>();
        rows.add(Row.HEADER);
        collect("", fields, Offset.START, rows);
        if (rows.size() > 1) {
            writeTable(rows);
        }
    }

    private static String counted(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }

    private static Offset collect(String path, List<Field> fields, Offset start, List<Row> rows) {
        Offset at = start;
        for (Field field : fields) {
            collect(path + field.name(), field.type(), at, rows);
            at = behindEnd(field.type(), at);
        }
        return at;
    }

    private static Offset behindEnd(WireType type, Offset at) {
        if (type instanceof Product(var _, List<Field> components)) {
            Offset end = at;
            for (Field component : components) {
                end = behindEnd(component.type(), end);
            }
            return end;
        }
        return at.behind(type);
    }

    private static void collect(String path, WireType type, Offset at, List<Row> rows) {
        String offset = at.toString();
        switch (type) {
            case WireType.Scalar.DONE -> {}
            case WireType.Scalar scalar ->
                rows.add(new Row(
                        offset,
                        scalar.fixed() ? "" + scalar.minimum() : scalar.minimum() + "+n",
                        scalar.wireName,
                        path));
            case WireType.Cap(var _, String target) ->
                rows.add(new Row(offset, "1", "capability", target.isEmpty() ? path : path + ": " + target));
            case WireType.Constants(var _, List<String> names) ->
                rows.add(new Row(offset, "4", "enum", path + ": " + numbered(names)));
            case Product(var _, List<Field> components) -> collect(path + ".", components, at, rows);
            case Choice(var _, List<Composite> cases) -> {
                List<String> names =
                        cases.stream().map(WireDocument::simpleName).toList();
                rows.add(new Row(offset, "" + Choice.TAG, "oneof", path + ": " + numbered(names)));
                for (Composite each : cases) {
                    collect(path + "." + simpleName(each), each, at.plus(Choice.TAG), rows);
                }
            }
        }
    }

    private static String simpleName(Composite composite) {
        return composite.element().getSimpleName().toString();
    }

    private static String numbered(List<String> names) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> i + " " + names.get(i))
                .collect(Collectors.joining(", "));
    }

    private void writeTable(List<Row> rows) {
        int width = rows.stream().mapToInt(row -> row.width().length()).max().orElse(0);
        int type = rows.stream().mapToInt(row -> row.type().length()).max().orElse(0);
        String format = "    %-6s  %-" + width + "s  %-" + type + "s  %s\n";
        for (Row row : rows) {
            text.append(format.formatted(row.offset(), row.width(), row.type(), row.field()));
        }
    }
}
