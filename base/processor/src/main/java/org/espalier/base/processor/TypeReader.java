package org.espalier.base.processor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.espalier.base.processor.WireType.Cap;
import org.espalier.base.processor.WireType.Choice;
import org.espalier.base.processor.WireType.Composite;
import org.espalier.base.processor.WireType.Constants;
import org.espalier.base.processor.WireType.Field;
import org.espalier.base.processor.WireType.Product;
import org.espalier.base.processor.WireType.Scalar;

/**
 * Reads Java types into {@link WireType}s, for the interfaces of one package. A type is read once and then remembered, so
 * that equal types are the same model object.
 */
final class TypeReader {
    /** What became of a type. */
    sealed interface Reading {}

    /** It travels. */
    record Travels(WireType type) implements Reading {}

    /**
     * It does not.
     *
     * @param path the way from the type that was asked for to the one at fault; empty when that is the same
     * @param type the type at fault
     * @param why the rest of a sentence whose subject is that type
     */
    record Refused(List<String> path, String type, String why) implements Reading {
        Refused within(String outer) {
            return new Refused(Stream.concat(Stream.of(outer), path.stream()).toList(), type, why);
        }
    }

    /** A class is missing, which another processor may yet write and which the compiler reports if none does. */
    record Unresolved() implements Reading {}

    private static final String NEITHER =
            "is neither a primitive, enum, String, byte[], record, sealed result nor Capability";

    private final Elements elements;
    private final Types types;
    private final String packageName;
    private final Map<TypeElement, WireType> known = new HashMap<>();
    private final Deque<TypeElement> open = new ArrayDeque<>();

    TypeReader(Elements elements, Types types, String packageName) {
        this.elements = elements;
        this.types = types;
        this.packageName = packageName;
    }

    /** Reads the {@code T} of a {@code Result<T>}, where a boxed type stands for its primitive. */
    Reading readResult(TypeMirror type) {
        return type.getKind() == TypeKind.DECLARED && !mayBeNull(type)
                ? unboxed(type).orElseGet(() -> read(type))
                : read(type);
    }

    /** Reads the type of a parameter or of a record component. */
    Reading read(TypeMirror type) {
        if (mayBeNull(type)) {
            return refuse(type, "may be null, and nothing on the wire stands for null");
        }
        return switch (type.getKind()) {
            case BOOLEAN -> new Travels(Scalar.BOOLEAN);
            case BYTE -> new Travels(Scalar.BYTE);
            case SHORT -> new Travels(Scalar.SHORT);
            case CHAR -> new Travels(Scalar.CHAR);
            case INT -> new Travels(Scalar.INT);
            case FLOAT -> new Travels(Scalar.FLOAT);
            case LONG -> new Travels(Scalar.LONG);
            case DOUBLE -> new Travels(Scalar.DOUBLE);
            case ARRAY ->
                ((ArrayType) type).getComponentType().getKind() == TypeKind.BYTE
                        ? new Travels(Scalar.BYTES)
                        : isResolved(type) ? refuse(type, NEITHER) : new Unresolved();
            case DECLARED -> isResolved(type) ? declared((DeclaredType) type) : new Unresolved();
            case ERROR -> new Unresolved();
            default -> refuse(type, NEITHER);
        };
    }

    private Optional<Reading> unboxed(TypeMirror type) {
        try {
            return Optional.of(read(types.unboxedType(type)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private Reading declared(DeclaredType type) {
        TypeElement element = (TypeElement) type.asElement();
        String name = element.getQualifiedName().toString();
        if (name.equals("java.lang.String")) {
            return new Travels(Scalar.STRING);
        }
        if (name.equals(Contract.DONE)) {
            return new Travels(Scalar.DONE);
        }
        if (name.equals(Contract.CAPABILITY)) {
            return capability(type);
        }
        if (name.equals(Contract.RESULT)) {
            return refuse(type, "is what an operation returns, and cannot be a part of what travels");
        }
        if (!isSealedInterface(element)
                && element.getKind() != ElementKind.ENUM
                && element.getKind() != ElementKind.RECORD) {
            return refuse(type, NEITHER);
        }
        if (!isAccessible(element)) {
            return refuse(type, "is not accessible from package " + packageName);
        }
        if (!element.getTypeParameters().isEmpty()) {
            return refuse(type, "has type parameters, and a layout is written once for all of its values");
        }
        WireType before = known.get(element);
        if (before != null) {
            return new Travels(before);
        }
        if (open.contains(element)) {
            return refuse(type, "contains itself (" + cycleTo(element) + ") and so has no finite layout");
        }
        open.addLast(element);
        Reading reading = switch (element.getKind()) {
            case ENUM -> constants(element);
            case RECORD -> product(element);
            default -> choice(element);
        };
        open.removeLast();
        if (reading instanceof Travels(WireType read)) {
            known.put(element, read);
        }
        return reading;
    }

    private Reading capability(DeclaredType type) {
        if (type.getTypeArguments().isEmpty()) {
            return refuse(type, "does not say what it is a capability for, Capability<?> for anything");
        }
        TypeMirror target = type.getTypeArguments().getFirst();
        Optional<TypeElement> hidden = hiddenIn(target);
        if (hidden.isPresent()) {
            return refuse(type, "names " + hidden.get() + ", which is not accessible from package " + packageName);
        }
        return new Travels(new Cap(types.stripAnnotations(type), targetName(target)));
    }

    /** The first class in a type argument that generated code could not name. */
    private Optional<TypeElement> hiddenIn(TypeMirror type) {
        return switch (type) {
            case WildcardType wildcard ->
                Stream.of(
                                Optional.ofNullable(wildcard.getExtendsBound()),
                                Optional.ofNullable(wildcard.getSuperBound()))
                        .flatMap(Optional::stream)
                        .flatMap(bound -> hiddenIn(bound).stream())
                        .findFirst();
            case ArrayType array -> hiddenIn(array.getComponentType());
            case DeclaredType declared
            when !isAccessible(declared.asElement()) -> Optional.of((TypeElement) declared.asElement());
            case DeclaredType declared ->
                declared.getTypeArguments().stream()
                        .flatMap(each -> hiddenIn(each).stream())
                        .findFirst();
            default -> Optional.empty();
        };
    }

    private String targetName(TypeMirror target) {
        if (!(target instanceof DeclaredType declared)) {
            return "";
        }
        return ServiceReader.serviceName(elements, declared.asElement())
                .orElse(declared.asElement().getSimpleName().toString());
    }

    private static Reading constants(TypeElement element) {
        List<String> names = element.getEnclosedElements().stream()
                .filter(each -> each.getKind() == ElementKind.ENUM_CONSTANT)
                .map(each -> each.getSimpleName().toString())
                .toList();
        return names.isEmpty()
                ? new Refused(List.of(), element.getQualifiedName().toString(), "has no constant")
                : new Travels(new Constants(element, names));
    }

    private Reading product(TypeElement element) {
        List<Field> components = new ArrayList<>();
        for (RecordComponentElement component : element.getRecordComponents()) {
            String name = component.getSimpleName().toString();
            switch (read(component.asType())) {
                case Travels(WireType type) -> components.add(new Field(name, type));
                case Refused refused -> {
                    return refused.within(name);
                }
                case Unresolved unresolved -> {
                    return unresolved;
                }
            }
        }
        return new Travels(new Product(element, List.copyOf(components)));
    }

    private Reading choice(TypeElement element) {
        List<Composite> cases = new ArrayList<>();
        for (TypeMirror permitted : element.getPermittedSubclasses()) {
            if (permitted.getKind() == TypeKind.ERROR) {
                return new Unresolved();
            }
            Element each = ((DeclaredType) permitted).asElement();
            String name = each.getSimpleName().toString();
            if (each.getKind() != ElementKind.RECORD && !isSealedInterface(each)) {
                return refuse(permitted, "is a case that is neither a record nor a sealed interface of records")
                        .within(name);
            }
            switch (read(each.asType())) {
                case Travels(Composite type) -> cases.add(type);
                case Travels _ ->
                    throw new IllegalStateException(
                            "A record or sealed interface was read as something without parts.");
                case Refused refused -> {
                    return refused.within(name);
                }
                case Unresolved unresolved -> {
                    return unresolved;
                }
            }
        }
        Choice choice = new Choice(element, List.copyOf(cases));
        List<TypeElement> leaves = leaves(choice).toList();
        for (TypeElement leaf : leaves) {
            if (leaves.indexOf(leaf) != leaves.lastIndexOf(leaf)) {
                return refuse(element.asType(), "has the case " + leaf.getSimpleName() + " in two places");
            }
        }
        return new Travels(choice);
    }

    private static Stream<TypeElement> leaves(Composite composite) {
        return switch (composite) {
            case Product product -> Stream.of(product.element());
            case Choice choice -> choice.cases().stream().flatMap(TypeReader::leaves);
        };
    }

    private Refused refuse(TypeMirror type, String why) {
        return new Refused(List.of(), types.stripAnnotations(type).toString(), why);
    }

    private String cycleTo(TypeElement element) {
        return Stream.concat(open.stream().dropWhile(each -> !each.equals(element)), Stream.of(element))
                .map(each -> each.getSimpleName().toString())
                .collect(Collectors.joining(" -> "));
    }

    /** Whether the generated class, in {@link #packageName}, may name {@code element}. */
    private boolean isAccessible(Element element) {
        boolean samePackage = elements.getPackageOf(element).getQualifiedName().contentEquals(packageName);
        for (Element each = element; each instanceof TypeElement; each = each.getEnclosingElement()) {
            if (each.getModifiers().contains(Modifier.PRIVATE)
                    || (!samePackage && !each.getModifiers().contains(Modifier.PUBLIC))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSealedInterface(Element element) {
        return element.getKind() == ElementKind.INTERFACE
                && element.getModifiers().contains(Modifier.SEALED);
    }

    private static boolean mayBeNull(TypeMirror type) {
        return type.getAnnotationMirrors().stream()
                .anyMatch(each ->
                        each.getAnnotationType().asElement().getSimpleName().contentEquals("Nullable"));
    }

    private static boolean isResolved(TypeMirror type) {
        return switch (type.getKind()) {
            case ERROR -> false;
            case ARRAY -> isResolved(((ArrayType) type).getComponentType());
            case DECLARED -> ((DeclaredType) type).getTypeArguments().stream().allMatch(TypeReader::isResolved);
            default -> true;
        };
    }
}
