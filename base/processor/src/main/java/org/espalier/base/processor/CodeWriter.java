package org.espalier.base.processor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.espalier.base.processor.Service.Operation;
import org.espalier.base.processor.WireType.Choice;
import org.espalier.base.processor.WireType.Composite;
import org.espalier.base.processor.WireType.Constants;
import org.espalier.base.processor.WireType.Field;
import org.espalier.base.processor.WireType.Product;
import org.espalier.base.processor.WireType.Scalar;

/**
 * Writes the Java class for a service: its {@code RpcType}, stub and dispatcher, and one pair of methods per record and
 * sealed interface. What it writes allocates only the values that it reads, and has no lambda, no pattern switch and no
 * string concatenation on any path: each would link a call site on a component's first call.
 */
final class CodeWriter {
    /** Nested classes of the generated class; they hide types of the same name. */
    private static final Set<String> MEMBERS = Set.of("Type", "Stub", "Server");
    /** How the variables of the generated methods begin that hold places in the message. */
    private static final String PLACE = "at_";
    /** The other variables of the generated methods. Parameters of the same name make room for them. */
    private static final Set<String> VARIABLES = Set.of("message", "object", "capability", "result", "ok", "value");

    private final Types types;
    private final Service service;
    private final Canonical layout;
    private final Names names;
    private final SourceText code = new SourceText();
    /** What the helper methods or the constant of a type are named after. */
    private final TypeNames helpers;

    private final String self;
    private final String message;
    private final String failure;
    private final String result;
    private final String override;

    private CodeWriter(Elements elements, Types types, Service service, Canonical layout) {
        this.types = types;
        this.service = service;
        this.layout = layout;
        this.names = new Names(elements, service, MEMBERS);
        this.message = names.base("Message");
        this.failure = names.base("Failure");
        this.result = names.base("Result");
        this.override = "@" + names.lang("Override");
        this.self = names.of(service.element());
        this.helpers = new TypeNames(service);
    }

    /** The source of the generated class. */
    static String write(Elements elements, Types types, Service service, Canonical layout) {
        CodeWriter writer = new CodeWriter(elements, types, service, layout);
        writer.writeClass();
        return writer.header() + writer.code;
    }

    /** A call of a helper, qualified because the stub inherits whatever method names the interface has. */
    private String helper(String verb, TypeElement element) {
        return service.generatedName() + "." + verb + helpers.of(element);
    }

    private String constant(TypeElement element) {
        return "VALUES_OF_" + helpers.of(element).toUpperCase(Locale.ROOT);
    }

    private String header() {
        SourceText header = new SourceText()
                .line("// Generated from " + service.element().getQualifiedName() + "; do not edit.")
                .line("package " + service.packageName() + ";")
                .gap();
        if (!names.imports().isEmpty()) {
            names.imports().forEach(each -> header.line("import " + each + ";"));
            header.gap();
        }
        return header.toString();
    }

    private void writeClass() {
        String type = names.base("RpcType") + "<" + self + ">";
        code.line("/**")
                .line(" * The RPC type, stub and dispatcher of {@link " + self + "}. The layout is documented in")
                .line(" * {@code META-INF/espalier/wire/" + service.name() + ".txt}.")
                .line(" */")
                .line("@" + names.lang("SuppressWarnings") + "({\"deprecation\", \"rawtypes\", \"removal\"})");
        code.open((Names.isPublic(service.element()) ? "public " : "") + "final class " + service.generatedName());
        code.line("/** What the runtime knows of {@link " + self + "}. */")
                .line("public static final " + type + " TYPE = new Type();")
                .gap();
        for (WireType each : service.namedTypes()) {
            if (each instanceof Constants(TypeElement element, var _)) {
                String name = names.of(element);
                code.line("private static final " + name + "[] " + constant(element) + " = " + name + ".values();")
                        .gap();
            }
        }
        code.line("private " + service.generatedName() + "() {}").gap();
        writeType(type);
        writeStub();
        writeServer();
        for (WireType each : service.namedTypes()) {
            switch (each) {
                case Product product -> writeProduct(product);
                case Choice choice -> writeChoice(choice);
                case Constants _, Scalar _, WireType.Cap _ -> {}
            }
        }
        code.line("/** Ends a call whose reply does not follow the layout. */")
                .open("private static <T> " + result + "<T> malformed(" + message + " message)")
                .line("message.releaseCapabilities();")
                .line("return " + result + ".failed(" + failure + ".MALFORMED);")
                .close()
                .gap()
                .line("/** Answers a request before any method of the object has run. */")
                .open("private static void refuse(" + message + " message, " + failure + " failure)")
                .line("message.releaseCapabilities();")
                .line("message.fail(failure);")
                .close();
        code.close();
    }

    private void writeType(String type) {
        String capability = names.base("Capability");
        String dispatcher = names.base("Dispatcher");
        code.open("private static final class Type extends " + type)
                .open("Type()")
                .line("super(\"" + service.name() + "\", " + layout.hex() + "L);")
                .close()
                .gap()
                .line(override)
                .open("public " + self + " stub(" + capability + "<" + self + "> capability)")
                .line("return new Stub(capability);")
                .close()
                .gap()
                .line(override)
                .open("public " + dispatcher + " dispatcher(" + self + " object)")
                .line("return new Server(object);")
                .close()
                .close()
                .gap();
    }

    // ---- the client's side

    private void writeStub() {
        String capability = names.base("Capability") + "<" + self + ">";
        code.open("private static final class Stub implements " + self)
                .line("private final " + capability + " capability;")
                .gap()
                .open("Stub(" + capability + " capability)")
                .line("this.capability = capability;")
                .close();
        service.operations().forEach(this::writeStubMethod);
        code.close().gap();
    }

    private void writeStubMethod(Operation operation) {
        List<String> variables = variables(operation);
        List<String> declarations = new ArrayList<>();
        for (int i = 0; i < variables.size(); i++) {
            declarations.add(names.of(operation.types().get(i)) + " " + variables.get(i));
        }
        WireType value = operation.result();
        code.gap()
                .line(override)
                .open("public " + result + "<" + names.of(operation.resultType()) + "> " + operation.name() + "("
                        + String.join(", ", declarations) + ")")
                .line(message + " message = capability.request(" + operation.number() + ");");
        writePuts(operation.parameters().stream().map(Field::type).toList(), variables);
        code.open("if (!capability.call(message, " + value.capabilities() + "))")
                .line("return " + names.base("Capability") + ".failure(message);")
                .close();
        if (value == Scalar.DONE) {
            code.line("return message.readCompletely() ? " + result + ".done() : " + service.generatedName()
                    + ".malformed(message);");
        } else {
            writeGuarded(
                    value.constructs(),
                    List.of(names.of(unboxed(operation.resultType()))),
                    List.of("value"),
                    List.of(value),
                    "return " + service.generatedName() + ".malformed(message);");
            code.line("return message.readCompletely() ? " + result + ".ok(value) : " + service.generatedName()
                    + ".malformed(message);");
        }
        code.close();
    }

    /** The primitive type of a boxed one, so that a value is boxed once and only after the reply was found good. */
    private TypeMirror unboxed(TypeMirror type) {
        try {
            return types.unboxedType(type);
        } catch (IllegalArgumentException _) {
            return type;
        }
    }

    // ---- the server's side

    private void writeServer() {
        code.open("private static final class Server implements " + names.base("Dispatcher"))
                .line("private final " + self + " object;")
                .gap()
                .open("Server(" + self + " object)")
                .line("this.object = object;")
                .close()
                .gap()
                .line(override)
                .open("public void dispatch(" + message + " message)")
                .open("switch (message.word())");
        for (Operation operation : service.operations()) {
            code.line("case " + operation.number() + " -> serve" + operation.number() + "(message);");
        }
        code.line("default -> refuse(message, " + failure + ".UNKNOWN_OPERATION);")
                .close()
                .close();
        service.operations().forEach(this::writeServe);
        code.close().gap();
    }

    private void writeServe(Operation operation) {
        List<String> variables = variables(operation);
        List<WireType> types = operation.parameters().stream().map(Field::type).toList();
        List<String> typeNames = operation.types().stream().map(names::of).toList();
        String refusal = "refuse(message, " + failure + ".MALFORMED);";
        code.gap()
                .line("/** Operation " + operation.number() + ": {@code " + operation.name() + "}. */")
                .open("private void serve" + operation.number() + "(" + message + " message)");
        boolean constructs = types.stream().anyMatch(WireType::constructs);
        writeGuarded(constructs, typeNames, variables, types, refusal, "return;");
        code.open("if (!message.readCompletely())")
                .line(refusal)
                .line("return;")
                .close();

        String value = names.of(operation.resultType());
        code.line(result + "<" + value + "> result = object." + operation.name() + "(" + String.join(", ", variables)
                        + ");")
                .open("if (result instanceof " + result + ".Ok<" + value + ">"
                        + (operation.result() == Scalar.DONE ? ")" : " ok)"))
                .line("message.begin(0);");
        writePut(operation.result(), "ok.value()");
        if (!operation.result().fixed()) {
            code.open("if (message.overflowed())")
                    .line("message.fail(" + failure + ".TOO_LARGE);")
                    .close();
        }
        code.next("else")
                .line("message.fail(((" + result + ".Failed<" + value + ">) result).failure());")
                .close()
                .close();
    }

    // ---- values

    /** Declares variables and reads them; when a constructor throws, the layout was not kept: {@code otherwise}. */
    private void writeGuarded(
            boolean guarded,
            List<String> typeNames,
            List<String> variables,
            List<WireType> types,
            String... otherwise) {
        for (int i = 0; guarded && i < variables.size(); i++) {
            code.line(typeNames.get(i) + " " + variables.get(i) + ";");
        }
        if (guarded) {
            code.open("try");
        }
        for (int first = 0; first < variables.size(); ) {
            int end = endOfRun(types, first);
            String place = end - first > 1 ? place(first) : "";
            if (!place.isEmpty()) {
                code.line("int " + place + " = message.take(" + bytes(types.subList(first, end)) + ");");
            }
            for (int i = first; i < end; i++) {
                String read = place.isEmpty()
                        ? get(types.get(i))
                        : getAt(types.get(i), place, bytes(types.subList(first, i)));
                code.line((guarded ? "" : typeNames.get(i) + " ") + variables.get(i) + " = " + read + ";");
            }
            first = end;
        }
        if (guarded) {
            code.next("catch (" + names.lang("RuntimeException") + " _)");
            for (String line : otherwise) {
                code.line(line);
            }
            code.close();
        }
    }

    // Neighbours of fixed size share one check of the message's bounds.

    /** Where the run of primitive values that begins at {@code first} ends; any other value is a run of its own. */
    private static int endOfRun(List<WireType> types, int first) {
        int end = first;
        long bytes = 0;
        while (end < types.size() && types.get(end) instanceof Scalar scalar && scalar.primitive()) {
            bytes += scalar.minimum();
            if (bytes > Contract.MAX_BYTES) {
                break;
            }
            end++;
        }
        return Math.max(end, first + 1);
    }

    private static long bytes(List<WireType> types) {
        return types.stream().mapToLong(WireType::minimum).sum();
    }

    /** The variable for the place of the run that begins with field {@code first}. */
    private static String place(int first) {
        return PLACE + first;
    }

    private static String offset(String place, long offset) {
        return offset == 0 ? place : place + " + " + offset;
    }

    private static String getAt(WireType type, String place, long offset) {
        return "message." + ((Scalar) type).accessor.toLowerCase(Locale.ROOT) + "At(" + offset(place, offset) + ")";
    }

    private void writePuts(List<WireType> types, List<String> values) {
        for (int first = 0; first < types.size(); ) {
            int end = endOfRun(types, first);
            if (end - first > 1) {
                code.line("int " + place(first) + " = message.reserve(" + bytes(types.subList(first, end)) + ");");
                for (int i = first; i < end; i++) {
                    code.line("message.set" + ((Scalar) types.get(i)).accessor + "("
                            + offset(place(first), bytes(types.subList(first, i))) + ", " + values.get(i) + ");");
                }
            } else {
                writePut(types.get(first), values.get(first));
            }
            first = end;
        }
    }

    private void writePut(WireType type, String value) {
        switch (type) {
            case Scalar.DONE -> {}
            case Scalar scalar -> code.line("message.put" + scalar.accessor + "(" + value + ");");
            case WireType.Cap _ -> code.line("message.putCapability(" + value + ");");
            case Constants _ -> code.line("message.putInt(" + value + ".ordinal());");
            case Composite composite -> code.line(helper("put", composite.element()) + "(message, " + value + ");");
        }
    }

    private String get(WireType type) {
        return switch (type) {
            case Scalar.DONE -> names.base("Done") + ".DONE";
            case Scalar scalar -> "message.get" + scalar.accessor + "()";
            case WireType.Cap _ -> "message.getCapability()";
            case Constants(TypeElement element, List<String> constants) ->
                constant(element) + "[message.getOrdinal(" + constants.size() + ")]";
            case Composite composite -> helper("get", composite.element()) + "(message)";
        };
    }

    private void writeProduct(Product product) {
        String name = names.of(product.element());
        code.open("private static void put" + helpers.of(product.element()) + "(" + message + " message, " + name
                + " value)");
        List<WireType> types = product.components().stream().map(Field::type).toList();
        writePuts(
                types,
                product.components().stream()
                        .map(component -> "value." + component.name() + "()")
                        .toList());
        code.close()
                .gap()
                .open("private static " + name + " get" + helpers.of(product.element()) + "(" + message + " message)");
        List<String> reads = new ArrayList<>();
        boolean isOneRun = types.size() > 1 && endOfRun(types, 0) == types.size();
        if (isOneRun) {
            code.line("int " + place(0) + " = message.take(" + bytes(types) + ");");
        }
        for (int i = 0; i < types.size(); i++) {
            reads.add(isOneRun ? getAt(types.get(i), place(0), bytes(types.subList(0, i))) : get(types.get(i)));
        }
        code.line("return new " + name + "(" + String.join(", ", reads) + ");")
                .close()
                .gap();
    }

    private void writeChoice(Choice choice) {
        String name = names.of(choice.element());
        List<Composite> cases = choice.cases();
        code.open("private static void put" + helpers.of(choice.element()) + "(" + message + " message, " + name
                + " value)");
        for (int i = 0; i < cases.size(); i++) {
            String test = "if (value instanceof " + names.of(cases.get(i).element()) + " each)";
            if (i == 0) {
                code.open(test);
            } else {
                code.next("else " + test);
            }
            code.line("message.putInt(" + i + ");");
            writePut(cases.get(i), "each");
        }
        code.next("else")
                .line("throw new " + names.lang("NullPointerException")
                        + "(\"Nothing on the wire stands for null, and a "
                        + choice.element().getSimpleName() + " was null.\");")
                .close()
                .close()
                .gap()
                .open("private static " + name + " get" + helpers.of(choice.element()) + "(" + message + " message)")
                .open("return switch (message.getOrdinal(" + cases.size() + "))");
        for (int i = 0; i < cases.size(); i++) {
            String label = i == cases.size() - 1 ? "default" : "case " + i;
            code.line(label + " -> " + get(cases.get(i)) + ";");
        }
        code.close(";").close().gap();
    }

    /** The parameters' own names, except where one would hide something that the code uses. */
    private List<String> variables(Operation operation) {
        Set<String> declared = operation.parameters().stream().map(Field::name).collect(Collectors.toSet());
        Set<String> taken = new HashSet<>();
        List<String> variables = new ArrayList<>();
        for (Field parameter : operation.parameters()) {
            String name = parameter.name();
            while (VARIABLES.contains(name) || name.startsWith(PLACE) || names.isHiding(name) || !taken.add(name)) {
                do {
                    name = "_" + name;
                } while (declared.contains(name));
            }
            variables.add(name);
        }
        return variables;
    }
}
