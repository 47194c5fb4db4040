package org.espalier.base.processor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.TypeElement;
import org.espalier.base.processor.Service.Operation;
import org.espalier.base.processor.WireType.Choice;
import org.espalier.base.processor.WireType.Composite;
import org.espalier.base.processor.WireType.Constants;
import org.espalier.base.processor.WireType.Field;
import org.espalier.base.processor.WireType.Product;
import org.espalier.base.processor.WireType.Scalar;

/**
 * Writes the C header for a service, over {@code espalier/rpc.h}: a structure for each record, each sealed interface, and the request
 * and the reply of each operation, with a function that writes one into a message and one that reads it. A reader has checked what the
 * layout says, and not what a record's constructor in Java would. For clients there is a function for each operation that calls it, for
 * servers a structure with a method for each, and a function that has them answer requests.
 *
 * <p>Names are {@code Service_Type} and {@code Service_operation}, and what belongs to one of them follows after two underscores, which
 * therefore stand nowhere else.
 */
final class HeaderWriter {
    private static final String MESSAGE = "struct espalier_message *message";

    /** The words of C and C++ that may be names in Java. */
    private static final Set<String> RESERVED = Set.of(
            "alignas",
            "alignof",
            "and",
            "and_eq",
            "asm",
            "auto",
            "bitand",
            "bitor",
            "bool",
            "compl",
            "concept",
            "consteval",
            "constexpr",
            "constinit",
            "const_cast",
            "co_await",
            "co_return",
            "co_yield",
            "decltype",
            "delete",
            "dynamic_cast",
            "explicit",
            "export",
            "extern",
            "friend",
            "inline",
            "mutable",
            "namespace",
            "noexcept",
            "not",
            "not_eq",
            "nullptr",
            "operator",
            "or",
            "or_eq",
            "register",
            "reinterpret_cast",
            "requires",
            "restrict",
            "signed",
            "sizeof",
            "static_assert",
            "static_cast",
            "struct",
            "template",
            "thread_local",
            "typedef",
            "typeid",
            "typename",
            "typeof",
            "typeof_unqual",
            "union",
            "unsigned",
            "using",
            "virtual",
            "wchar_t",
            "xor",
            "xor_eq",
            "linux",
            "unix",
            "errno");

    private final Service service;
    private final TypeNames types;
    private final String prefix;
    private final Map<Operation, String> operations = new HashMap<>();
    private final Map<TypeElement, String> names = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final SourceText code = new SourceText();

    private HeaderWriter(Service service) {
        this.service = service;
        this.types = new TypeNames(service);
        String name = single(service.name().replaceAll("[^A-Za-z0-9]", "_"));
        this.prefix = Character.isDigit(name.charAt(0)) ? "S" + name : name;
    }

    /** The text of the header. */
    static String write(Service service, Canonical layout) {
        HeaderWriter writer = new HeaderWriter(service);
        writer.writeHeader(layout);
        return writer.code.toString();
    }

    private static String single(String name) {
        return name.replaceAll("__+", "_");
    }

    /** A name for a member: its own, but for what means something in C; what looks like the way out is changed as well. */
    private static String member(String name) {
        return RESERVED.contains(name) || name.startsWith("_") || name.startsWith("f_") ? "f_" + name : name;
    }

    private String unique(String name) {
        String base = single(prefix + "_" + name);
        String result = base;
        for (int i = 2; !taken.add(result); i++) {
            result = base + "_" + i;
        }
        return result;
    }

    private void writeHeader(Canonical layout) {
        String guard = "ESPALIER_SERVICE_" + prefix;
        code.line("/* Generated from " + service.element().getQualifiedName() + "; do not edit. */")
                .line("#ifndef " + guard)
                .line("#define " + guard)
                .gap()
                .line("#include <espalier/rpc.h>")
                .gap()
                .line("#define " + prefix + "__name \"" + service.name() + "\"")
                .line("#define " + prefix + "__layout UINT64_C(" + layout.hex() + ")");
        Set<WireType> ordered = new LinkedHashSet<>();
        for (Operation operation : service.operations()) {
            operation.parameters().forEach(field -> order(field.type(), ordered));
            order(operation.result(), ordered);
        }
        for (WireType type : ordered) {
            switch (type) {
                case Constants constants -> writeConstants(constants);
                case Product product -> {
                    String name = name(product.element());
                    writeStructure(name, product.components());
                    writeFunctions(name, product.components());
                }
                case Choice choice -> writeChoice(choice);
                case Scalar _, WireType.Cap _ -> {}
            }
        }
        if (!service.operations().isEmpty()) {
            writeOperations();
        }
        code.gap().line("#endif");
    }

    /** Parts before the whole, as C wants them. */
    private static void order(WireType type, Set<WireType> ordered) {
        switch (type) {
            case Product product -> product.components().forEach(field -> order(field.type(), ordered));
            case Choice choice -> choice.cases().forEach(each -> order(each, ordered));
            case Constants _, Scalar _, WireType.Cap _ -> {}
        }
        ordered.add(type);
    }

    private String name(TypeElement element) {
        return names.computeIfAbsent(element, each -> unique(types.of(each)));
    }

    private void writeConstants(Constants constants) {
        String name = name(constants.element());
        code.gap().open("enum " + name);
        for (int i = 0; i < constants.names().size(); i++) {
            code.line(name + "__" + constants.names().get(i) + " = " + i + ",");
        }
        code.close(";");
    }

    private void writeChoice(Choice choice) {
        String name = name(choice.element());
        List<Composite> cases = choice.cases();
        code.gap().open("enum " + name + "__kind");
        for (int i = 0; i < cases.size(); i++) {
            code.line(kind(name, cases.get(i)) + " = " + i + ",");
        }
        code.close(";").gap().open("struct " + name);
        code.line("uint32_t kind; /* one of enum " + name + "__kind */").open("union");
        for (Composite each : cases) {
            code.line("struct " + name(each.element()) + " " + caseMember(each) + ";");
        }
        code.close(" as;").close(";");
        writeCases(choice, "const struct ", "put", "espalier_put_number(message, value->kind, " + Choice.TAG + ");");
        writeCases(
                choice,
                "struct ",
                "get",
                "value->kind = espalier_get_ordinal(message, " + Choice.TAG + ", " + cases.size() + ");");
    }

    private void writeCases(Choice choice, String type, String verb, String kind) {
        String name = name(choice.element());
        code.gap()
                .open("static inline void " + name + "__" + verb + "(" + MESSAGE + ", " + type + name + " *value)")
                .line(kind)
                .open("switch (value->kind)");
        for (Composite each : choice.cases()) {
            code.line("case " + kind(name, each) + ": " + name(each.element()) + "__" + verb + "(message, &value->as."
                    + caseMember(each) + "); break;");
        }
        // Only a writer can come here, with a case that does not exist.
        code.line("default: message->overflowed = true;").close().close();
    }

    private String caseMember(Composite each) {
        return member(types.of(each.element()));
    }

    /** The number of a case. */
    private String kind(String name, Composite each) {
        return name + "__is_" + types.of(each.element());
    }

    private void writeOperations() {
        for (Operation operation : service.operations()) {
            operations.put(operation, unique(operation.name()));
        }
        code.gap().open("enum " + prefix + "__operation");
        for (Operation operation : service.operations()) {
            code.line(name(operation) + "__operation = " + operation.number() + ",");
        }
        code.close(";");
        for (Operation operation : service.operations()) {
            String name = name(operation);
            writeWhole(name + "__request", operation.parameters(), name + "__operation");
            writeWhole(name + "__reply", List.of(new Field("result", operation.result())), "0");
            writeCall(name, operation.result().capabilities());
        }
        writeServer();
    }

    private String name(Operation operation) {
        return Objects.requireNonNull(operations.get(operation), operation.name());
    }

    /** A function for clients. Who calls owns the message, because texts of the reply lie in it. */
    private void writeCall(String name, long accepted) {
        code.gap()
                .line(
                        "/* Calls: 0, or a negated failure, and then the reply is not to be used. Texts and bytes of it lie in the message. */")
                .line("static inline int32_t " + name + "__call(espalier_capability object, " + MESSAGE + ",")
                .open("    const struct " + name + "__request *request, struct " + name + "__reply *reply)")
                .line(name + "__request__put(message, request);")
                .line("*reply = (struct " + name + "__reply){0};")
                .line("int32_t status = espalier_call(object, message, " + accepted + ");")
                .line("return status != 0 || " + name
                        + "__reply__get(message, reply) ? status : espalier_malformed(message);")
                .close();
    }

    /** The methods of an object, and what decodes requests for them. */
    private void writeServer() {
        String server = prefix + "__server";
        code.gap()
                .line("/*")
                .line(
                        " * The methods of an object: 0 with the reply, or a negated failure. Capabilities of the request are the method's;")
                .line(
                        " * its texts and bytes lie in the message of the request, and those of the reply may lie there as well.")
                .line(" */")
                .open("struct " + server);
        for (Operation operation : service.operations()) {
            String name = name(operation);
            code.line("int32_t (*" + member(operation.name()) + suffix(operation) + ")(void *object, const struct "
                    + name + "__request *request, struct " + name + "__reply *reply);");
        }
        code.close(";")
                .gap()
                .line("/* Has the methods of an object answer a request. */")
                .line("static inline void " + prefix + "__dispatch(const struct " + server + " *server, void *object,")
                .open("    struct espalier_message *request, struct espalier_message *reply)")
                .open("switch (request->word)");
        for (Operation operation : service.operations()) {
            String name = name(operation);
            String method = "server->" + member(operation.name()) + suffix(operation);
            code.open("case " + name + "__operation:")
                    .line("struct " + name + "__request in = {0};")
                    .line("struct " + name + "__reply out = {0};")
                    .open("if (!" + name + "__request__get(request, &in))")
                    .line("espalier_refuse(request, reply, ESPALIER_MALFORMED);")
                    .next("else")
                    .line("int32_t status = " + method + "(object, &in, &out);")
                    .open("if (status == 0)")
                    .line(name + "__reply__put(reply, &out);")
                    .close()
                    .line("espalier_finish(reply, status);")
                    .close()
                    .line("return;")
                    .close();
        }
        code.line("default: espalier_refuse(request, reply, ESPALIER_UNKNOWN_OPERATION);")
                .close()
                .close();
    }

    /** The number of a method whose name another one had before. */
    private String suffix(Operation operation) {
        long before = service.operations().stream()
                .filter(other ->
                        other.number() < operation.number() && other.name().equals(operation.name()))
                .count();
        return before == 0 ? "" : "_" + (before + 1);
    }

    /** A structure that is all of a message, which {@code word} begins. */
    private void writeWhole(String name, List<Field> fields, String word) {
        writeStructure(name, fields);
        code.gap()
                .open("static inline void " + name + "__put(" + MESSAGE + ", const struct " + name + " *value)")
                .line("espalier_begin(message, " + word + ");");
        writePuts(fields);
        code.close()
                .gap()
                .line("/* Whether the message follows the layout; if not, the value is not to be used. */")
                .open("static inline bool " + name + "__get(" + MESSAGE + ", struct " + name + " *value)");
        writeGets(fields);
        code.line("return espalier_read_completely(message);").close();
    }

    private void writeStructure(String name, List<Field> fields) {
        code.gap().open("struct " + name);
        travelling(fields).forEach(field -> code.line(type(field.type()) + " " + member(field.name()) + ";"));
        if (travelling(fields).findAny().isEmpty()) {
            code.line("char nothing; /* C has no empty structures */");
        }
        code.close(";");
    }

    private static Stream<Field> travelling(List<Field> fields) {
        return fields.stream().filter(field -> field.type() != Scalar.DONE);
    }

    private void writeFunctions(String name, List<Field> fields) {
        code.gap().open("static inline void " + name + "__put(" + MESSAGE + ", const struct " + name + " *value)");
        writePuts(fields);
        code.close().gap().open("static inline void " + name + "__get(" + MESSAGE + ", struct " + name + " *value)");
        writeGets(fields);
        code.close();
    }

    private void writePuts(List<Field> fields) {
        travelling(fields).forEach(field -> code.line(put(field.type(), "value->" + member(field.name())) + ";"));
        writeUnused(fields);
    }

    private void writeGets(List<Field> fields) {
        travelling(fields).forEach(field -> code.line(get(field.type(), "value->" + member(field.name())) + ";"));
        writeUnused(fields);
    }

    private void writeUnused(List<Field> fields) {
        if (travelling(fields).findAny().isEmpty()) {
            code.line("(void)message;").line("(void)value;");
        }
    }

    private String type(WireType type) {
        return switch (type) {
            case Scalar.BOOLEAN -> "bool";
            case Scalar.BYTE -> "int8_t";
            case Scalar.SHORT -> "int16_t";
            case Scalar.CHAR -> "uint16_t";
            case Scalar.INT -> "int32_t";
            case Scalar.FLOAT -> "float";
            case Scalar.LONG -> "int64_t";
            case Scalar.DOUBLE -> "double";
            case Scalar.STRING, Scalar.BYTES -> "struct espalier_bytes";
            case Scalar.DONE -> throw new IllegalStateException("What takes no byte has no type in C.");
            case WireType.Cap _ -> "espalier_capability";
            // The size of an enum is the compiler's to choose.
            case Constants _ -> "uint32_t";
            case Composite composite -> "struct " + name(composite.element());
        };
    }

    private String put(WireType type, String value) {
        return switch (type) {
            case Scalar.FLOAT -> "espalier_put_float(message, " + value + ")";
            case Scalar.DOUBLE -> "espalier_put_double(message, " + value + ")";
            case Scalar.STRING, Scalar.BYTES -> "espalier_put_bytes(message, " + value + ")";
            case WireType.Cap _ -> "espalier_put_capability(message, " + value + ")";
            case Composite composite -> name(composite.element()) + "__put(message, &" + value + ")";
            case Scalar _, Constants _ ->
                "espalier_put_number(message, (uint64_t)" + value + ", " + type.minimum() + ")";
        };
    }

    private String get(WireType type, String value) {
        return switch (type) {
            case Scalar.BOOLEAN -> value + " = espalier_get_ordinal(message, 1, 2) != 0";
            case Scalar.FLOAT -> value + " = espalier_get_float(message)";
            case Scalar.DOUBLE -> value + " = espalier_get_double(message)";
            case Scalar.STRING -> value + " = espalier_get_text(message)";
            case Scalar.BYTES -> value + " = espalier_get_bytes(message)";
            case WireType.Cap _ -> value + " = espalier_get_capability(message)";
            case Constants(var _, List<String> constants) ->
                value + " = espalier_get_ordinal(message, 4, " + constants.size() + ")";
            case Composite composite -> name(composite.element()) + "__get(message, &" + value + ")";
            case Scalar _ -> value + " = (" + type(type) + ")espalier_get_number(message, " + type.minimum() + ")";
        };
    }
}
