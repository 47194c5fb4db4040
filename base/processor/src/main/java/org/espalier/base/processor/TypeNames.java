package org.espalier.base.processor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.TypeElement;
import org.espalier.base.processor.WireType.Composite;
import org.espalier.base.processor.WireType.Constants;

/** A name for each type of a service that has one: its simple name, with a number where another type took that before. Immutable. */
final class TypeNames {
    private final Map<TypeElement, String> names = new HashMap<>();

    TypeNames(Service service) {
        Set<String> taken = new HashSet<>();
        for (WireType type : service.namedTypes()) {
            TypeElement element = switch (type) {
                case Constants constants -> constants.element();
                case Composite composite -> composite.element();
                case WireType.Scalar _, WireType.Cap _ ->
                    throw new IllegalStateException("A type without a name is among the named types.");
            };
            String name = element.getSimpleName().toString();
            // Compared as a constant would be written, so that an enum Ab and an enum AB get two constants.
            for (int i = 2; !taken.add(name.toUpperCase(Locale.ROOT)); i++) {
                name = element.getSimpleName().toString() + "_" + i;
            }
            names.put(element, name);
        }
    }

    String of(TypeElement element) {
        String name = names.get(element);
        if (name == null) {
            throw new IllegalStateException(
                    element + " travels, and was not met when the travelling types were collected.");
        }
        return name;
    }
}
