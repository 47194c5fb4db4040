package org.espalier.base.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.espalier.base.processor.WireType.Field;

/** Reads an annotated element into a {@link Service}, or says everything that is wrong with it, each at its place. */
final class ServiceReader {
    /** What became of an element. */
    sealed interface Reading {}

    /** It can be generated for. */
    record Complete(Service service) implements Reading {}

    /** It cannot; never empty. */
    record Refused(List<Complaint> complaints) implements Reading {}

    /** It names a class that does not exist, or not yet. */
    record Unresolved() implements Reading {}

    /** One thing that is wrong, and where. */
    record Complaint(Element place, String message) {}

    private static final Pattern SERVICE_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Set<String> METHODS_OF_OBJECT = Set.of("clone", "finalize");

    private final Elements elements;
    private final Types types;
    private final TypeElement element;
    private final String interfaceName;
    private final String packageName;
    private final TypeReader typeReader;
    private final List<Complaint> complaints = new ArrayList<>();
    private boolean unresolved;

    private ServiceReader(Elements elements, Types types, TypeElement element) {
        this.elements = elements;
        this.types = types;
        this.element = element;
        this.interfaceName = element.getSimpleName().toString();
        this.packageName = elements.getPackageOf(element).getQualifiedName().toString();
        this.typeReader = new TypeReader(elements, types, packageName);
    }

    /** Reads {@code element}, which carries the annotation. */
    static Reading read(Elements elements, Types types, TypeElement element) {
        return new ServiceReader(elements, types, element).read();
    }

    /** The service name in the annotation of {@code element}, empty if there is none. */
    static Optional<String> serviceName(Elements elements, Element element) {
        return element.getAnnotationMirrors().stream()
                .filter(each -> elements.getBinaryName(
                                (TypeElement) each.getAnnotationType().asElement())
                        .contentEquals(Contract.RPC))
                .flatMap(each -> each.getElementValues().values().stream())
                .map(AnnotationValue::getValue)
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .findFirst();
    }

    private Reading read() {
        Optional<String> name = serviceName(elements, element);
        if (name.isEmpty()) {
            // The compiler itself reports an annotation without its value.
            return new Unresolved();
        }
        if (element.getKind() != ElementKind.INTERFACE) {
            complain(element, "@Rpc belongs on an interface, and %s is none".formatted(interfaceName));
            return new Refused(complaints);
        }
        checkInterface(name.get());
        List<Service.Operation> operations = new ArrayList<>();
        for (ExecutableElement method : ElementFilter.methodsIn(element.getEnclosedElements())) {
            if (method.getModifiers().contains(Modifier.ABSTRACT)) {
                readOperation(method, operations.size()).ifPresent(operations::add);
            }
        }
        if (!complaints.isEmpty()) {
            return new Refused(complaints);
        }
        return unresolved
                ? new Unresolved()
                : new Complete(new Service(element, packageName, name.get(), List.copyOf(operations)));
    }

    private void checkInterface(String name) {
        if (!SERVICE_NAME.matcher(name).matches()) {
            complain(element, "‘%s’ is no service name: 1 to 64 letters, digits, ‘_’, ‘-’ and ‘.’ are".formatted(name));
        }
        if (packageName.isEmpty()) {
            complain(
                    element,
                    "%s is in the unnamed package, from which nothing can be imported".formatted(interfaceName));
        }
        for (Element each = element; each instanceof TypeElement; each = each.getEnclosingElement()) {
            if (each.getModifiers().contains(Modifier.PRIVATE)) {
                complain(element, "%s is private, and its stub is another class".formatted(interfaceName));
            }
        }
        if (element.getModifiers().contains(Modifier.SEALED)) {
            complain(element, "%s is sealed, and its stub is one more implementation".formatted(interfaceName));
        }
        if (!element.getTypeParameters().isEmpty()) {
            complain(
                    element,
                    "%s has type parameters, and a layout is written once for all of its objects"
                            .formatted(interfaceName));
        }
        for (TypeMirror parent : element.getInterfaces()) {
            complain(
                    element,
                    "%s extends %s; an RPC interface stands alone, because its operations are numbered as declared"
                            .formatted(interfaceName, types.stripAnnotations(parent)));
        }
    }

    private Optional<Service.Operation> readOperation(ExecutableElement method, int number) {
        int before = complaints.size();
        String methodName = interfaceName + "." + method.getSimpleName();
        if (!method.getTypeParameters().isEmpty()) {
            complain(
                    method,
                    "%s has type parameters, and a layout is written once for all of its calls".formatted(methodName));
            return Optional.empty();
        }
        if (!method.getThrownTypes().isEmpty()) {
            complain(
                    method,
                    "%s declares an exception; what can go wrong is a Failure in its Result".formatted(methodName));
        }
        if (method.getParameters().isEmpty()
                && METHODS_OF_OBJECT.contains(method.getSimpleName().toString())) {
            complain(
                    method,
                    "%s is a method of Object with another result, which no class can implement".formatted(methodName));
        }
        List<Field> parameters = readParameters(method, methodName);
        Optional<TypeMirror> resultType = resultType(method, methodName);
        Optional<WireType> result =
                resultType.flatMap(type -> accept(typeReader.readResult(type), method, "the result of " + methodName));
        if (complaints.size() > before || unresolved || resultType.isEmpty() || result.isEmpty()) {
            return Optional.empty();
        }
        checkLimits(
                method, "the parameters of " + methodName, Field.minimum(parameters), Field.capabilities(parameters));
        checkLimits(
                method,
                "the result of " + methodName,
                result.get().minimum(),
                result.get().capabilities());
        return Optional.of(new Service.Operation(
                number,
                method.getSimpleName().toString(),
                parameters,
                method.getParameters().stream()
                        .map(each -> types.<TypeMirror>stripAnnotations(each.asType()))
                        .toList(),
                result.get(),
                types.stripAnnotations(resultType.get())));
    }

    private List<Field> readParameters(ExecutableElement method, String methodName) {
        List<Field> fields = new ArrayList<>();
        for (VariableElement parameter : method.getParameters()) {
            String name = parameter.getSimpleName().toString();
            String subject = "parameter ‘" + name + "’ of " + methodName;
            if (method.isVarArgs() && parameter.equals(method.getParameters().getLast())) {
                complain(parameter, "%s cannot travel: it stands for any number of arguments".formatted(subject));
                continue;
            }
            accept(typeReader.read(parameter.asType()), parameter, subject)
                    .ifPresent(type -> fields.add(new Field(name, type)));
        }
        return List.copyOf(fields);
    }

    private Optional<TypeMirror> resultType(ExecutableElement method, String methodName) {
        TypeMirror type = method.getReturnType();
        if (type.getKind() == TypeKind.ERROR) {
            unresolved = true;
            return Optional.empty();
        }
        if (type instanceof DeclaredType declared
                && ((TypeElement) declared.asElement()).getQualifiedName().contentEquals(Contract.RESULT)
                && !declared.getTypeArguments().isEmpty()) {
            return Optional.of(declared.getTypeArguments().getFirst());
        }
        complain(
                method,
                "%s returns %s; an operation returns a Result<T>, because every call can fail"
                        .formatted(methodName, types.stripAnnotations(type)));
        return Optional.empty();
    }

    private Optional<WireType> accept(TypeReader.Reading reading, Element place, String subject) {
        return switch (reading) {
            case TypeReader.Travels(WireType type) -> Optional.of(type);
            case TypeReader.Unresolved _ -> {
                unresolved = true;
                yield Optional.empty();
            }
            case TypeReader.Refused(List<String> path, String type, String why) -> {
                String part = path.isEmpty() ? "" : "its part ‘" + String.join(".", path) + "’ of type ";
                complain(place, "%s cannot travel: %s%s %s".formatted(subject, part, type, why));
                yield Optional.empty();
            }
        };
    }

    private void checkLimits(Element place, String subject, long bytes, long capabilities) {
        if (bytes > Contract.MAX_BYTES) {
            complain(
                    place,
                    "%s: at least %d bytes, and a message carries %d".formatted(subject, bytes, Contract.MAX_BYTES));
        }
        if (capabilities > Contract.MAX_CAPS) {
            complain(
                    place,
                    "%s: up to %d capabilities, and a message carries %d"
                            .formatted(subject, capabilities, Contract.MAX_CAPS));
        }
    }

    private void complain(Element place, String message) {
        complaints.add(new Complaint(place, message));
    }
}
