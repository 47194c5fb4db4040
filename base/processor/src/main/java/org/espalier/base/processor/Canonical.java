package org.espalier.base.processor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Collectors;
import org.espalier.base.processor.WireType.Composite;
import org.espalier.base.processor.WireType.Field;

/**
 * The canonical text of a wire layout, from which its hash is made. Two interfaces with the same text understand each
 * other, whatever language or package they are written in; the text therefore has neither package names nor names of
 * parameters, enums or records that are not cases.
 *
 * <pre>{@code
 * text       = "espalier-wire 1" LF "service " name LF { operation }
 * operation  = number " " name "(" [ type { "," type } ] "):" type LF
 * type       = "boolean" | "i8" | "i16" | "u16" | "i32" | "f32" | "i64" | "f64" | "string" | "bytes" | "done"
 *            | "capability" [ "<" name ">" ]              service name, or simple name of any other type
 *            | "enum{" name { "," name } "}"              constants in order
 *            | "record" fields
 *            | "oneof{" case { "," case } "}"             in the order of their numbers
 * fields     = "{" [ name ":" type { "," name ":" type } ] "}"
 * case       = name ":" type                              a record or a further oneof
 * }</pre>
 *
 * The hash is the first eight bytes of the SHA-256 of the text in UTF-8, read as a big-endian number.
 */
record Canonical(String text, long hash) {
    /** First line of every text; the number changes when the encoding of any type does. */
    private static final String HEADER = "espalier-wire 1\n";

    static Canonical of(Service service) {
        StringBuilder text = new StringBuilder(HEADER);
        text.append("service ").append(service.name()).append('\n');
        for (Service.Operation operation : service.operations()) {
            text.append(operation.number())
                    .append(' ')
                    .append(operation.name())
                    .append(operation.parameters().stream()
                            .map(field -> type(field.type()))
                            .collect(Collectors.joining(",", "(", "):")))
                    .append(type(operation.result()))
                    .append('\n');
        }
        return new Canonical(text.toString(), hash(text.toString()));
    }

    /** The hash as it is written in code and documentation. */
    String hex() {
        return "0x%016x".formatted(hash);
    }

    private static String type(WireType type) {
        return switch (type) {
            case WireType.Scalar scalar -> scalar.wireName;
            case WireType.Cap(var _, String target) -> target.isEmpty() ? "capability" : "capability<" + target + ">";
            case WireType.Constants(var _, List<String> names) -> "enum{" + String.join(",", names) + "}";
            case WireType.Product(var _, List<Field> components) ->
                components.stream()
                        .map(field -> field.name() + ":" + type(field.type()))
                        .collect(Collectors.joining(",", "record{", "}"));
            case WireType.Choice(var _, List<Composite> cases) ->
                cases.stream()
                        .map(each -> each.element().getSimpleName() + ":" + type(each))
                        .collect(Collectors.joining(",", "oneof{", "}"));
        };
    }

    private static long hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256, and this one does not.", e);
        }
    }
}
