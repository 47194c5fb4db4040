package org.espalier.kernel.verifier;

import java.util.ArrayList;
import java.util.List;

/** Internal names and descriptors of class files: taken apart, and as people write them. A malformed one throws. */
final class Names {
    private Names() {}

    /** The types that {@code descriptor} of a field or method is made of, in order, each a descriptor; the result comes last. */
    private static List<String> parts(String descriptor) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (at < descriptor.length()) {
            if (descriptor.charAt(at) == '(' || descriptor.charAt(at) == ')') {
                at++;
                continue;
            }
            int from = at;
            while (descriptor.charAt(at) == '[') {
                at++;
            }
            if (descriptor.charAt(at) == 'L') {
                at = descriptor.indexOf(';', at);
                if (at < 0) {
                    throw new IllegalArgumentException("no descriptor: " + descriptor);
                }
            }
            at++;
            parts.add(descriptor.substring(from, at));
        }
        return parts;
    }

    /** The internal names of the classes in a descriptor of a field or method. */
    static List<String> classes(String descriptor) {
        if (descriptor.indexOf('L') < 0) {
            return List.of();
        }
        List<String> classes = new ArrayList<>();
        for (String part : parts(descriptor)) {
            String name = element(part);
            if (!name.isEmpty()) {
                classes.add(name);
            }
        }
        return classes;
    }

    /** The class that an array of {@code descriptor}'s type is made of at last, empty for a primitive type. */
    private static String element(String descriptor) {
        int dimensions = descriptor.lastIndexOf('[') + 1;
        return descriptor.charAt(dimensions) == 'L'
                ? descriptor.substring(dimensions + 1, descriptor.length() - 1)
                : "";
    }

    /** The class of a class entry, which is the element of an array's; empty for an array of primitives. */
    static String elementOfEntry(String classEntry) {
        return classEntry.startsWith("[") ? element(classEntry) : classEntry;
    }

    /** {@code java.lang.System} for {@code java/lang/System}. */
    static String dotted(String internalName) {
        return internalName.replace('/', '.');
    }

    /** {@code java.lang.System.exit(int)}, {@code java.lang.System.out}. */
    static String member(String owner, String name, String descriptor) {
        String shown = (owner.startsWith("[") ? type(owner) : dotted(owner)) + "." + name;
        if (!descriptor.startsWith("(")) {
            return shown;
        }
        List<String> types = parts(descriptor);
        return shown + "("
                + String.join(
                        ", ",
                        types.subList(0, types.size() - 1).stream()
                                .map(Names::type)
                                .toList())
                + ")";
    }

    private static String type(String descriptor) {
        int dimensions = descriptor.lastIndexOf('[') + 1;
        String element = switch (descriptor.charAt(dimensions)) {
            case 'B' -> "byte";
            case 'C' -> "char";
            case 'D' -> "double";
            case 'F' -> "float";
            case 'I' -> "int";
            case 'J' -> "long";
            case 'S' -> "short";
            case 'Z' -> "boolean";
            case 'V' -> "void";
            default -> dotted(element(descriptor));
        };
        return element + "[]".repeat(dimensions);
    }
}
