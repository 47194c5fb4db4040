package org.espalier.base.processor;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.Elements;

/**
 * How the generated class calls types: by simple name and import where that can only mean one thing, else in full. A user
 * may well call a record {@code Message}, and the stub inherits the member types of its interface.
 */
final class Names {
    private final Elements elements;
    private final String packageName;
    private final Set<String> unusable = new HashSet<>();
    private final Map<String, String> imports = new TreeMap<>();
    private final Set<String> roots = new HashSet<>(Set.of("java", "org"));

    /** Names for the class generated for {@code service}, which itself declares {@code members}. */
    Names(Elements elements, Service service, Set<String> members) {
        this.elements = elements;
        this.packageName = service.packageName();
        unusable.addAll(members);
        unusable.add(service.generatedName());
        for (Element member : service.element().getEnclosedElements()) {
            if (member instanceof TypeElement) {
                unusable.add(member.getSimpleName().toString());
            }
        }
    }

    /** A type of {@code org.espalier.base}. */
    String base(String simpleName) {
        return topLevel(Contract.PACKAGE, simpleName);
    }

    /** A type of {@code java.lang}. */
    String lang(String simpleName) {
        return topLevel("java.lang", simpleName);
    }

    String of(TypeElement element) {
        return element.getEnclosingElement() instanceof TypeElement outer
                ? of(outer) + "." + element.getSimpleName()
                : topLevel(
                        elements.getPackageOf(element).getQualifiedName().toString(),
                        element.getSimpleName().toString());
    }

    String of(TypeMirror type) {
        return switch (type) {
            case ArrayType array -> of(array.getComponentType()) + "[]";
            case DeclaredType declared -> of((TypeElement) declared.asElement()) + arguments(declared);
            case WildcardType wildcard
            when wildcard.getExtendsBound() != null -> "? extends " + of(wildcard.getExtendsBound());
            case WildcardType wildcard
            when wildcard.getSuperBound() != null -> "? super " + of(wildcard.getSuperBound());
            default -> type.toString();
        };
    }

    private String arguments(DeclaredType type) {
        return type.getTypeArguments().isEmpty()
                ? ""
                : type.getTypeArguments().stream().map(this::of).collect(Collectors.joining(", ", "<", ">"));
    }

    private String topLevel(String inPackage, String simpleName) {
        String full = inPackage + "." + simpleName;
        roots.add(inPackage.substring(0, (inPackage + ".").indexOf('.')));
        if (unusable.contains(simpleName) || isShadowed(inPackage, simpleName)) {
            return full;
        }
        String before = imports.putIfAbsent(simpleName, full);
        return before == null || before.equals(full) ? simpleName : full;
    }

    /** A class of the user's own package comes before one of {@code java.lang}, which is not imported by name. */
    private boolean isShadowed(String inPackage, String simpleName) {
        return inPackage.equals("java.lang")
                && !packageName.equals(inPackage)
                && elements.getTypeElement(packageName + "." + simpleName) != null;
    }

    /** The imports that the names given out so far need. */
    SortedSet<String> imports() {
        return imports.values().stream()
                .filter(each ->
                        !packageOf(each).equals("java.lang") && !packageOf(each).equals(packageName))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String packageOf(String topLevel) {
        return topLevel.substring(0, topLevel.lastIndexOf('.'));
    }

    /** Whether a variable of this name could hide a type or a package that the code names. */
    boolean isHiding(String variable) {
        return Character.isUpperCase(variable.charAt(0)) || roots.contains(variable);
    }

    /** Whether {@code element} and everything around it is public. */
    static boolean isPublic(TypeElement element) {
        for (Element each = element; each instanceof TypeElement; each = each.getEnclosingElement()) {
            if (!each.getModifiers().contains(Modifier.PUBLIC)) {
                return false;
            }
        }
        return true;
    }
}
