package org.espalier.base.processor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import org.espalier.base.processor.WireType.Choice;
import org.espalier.base.processor.WireType.Composite;
import org.espalier.base.processor.WireType.Constants;
import org.espalier.base.processor.WireType.Field;
import org.espalier.base.processor.WireType.Product;

/**
 * An RPC interface that may be generated for.
 *
 * @param element the interface
 * @param packageName its package, never empty
 * @param name the service name
 * @param operations in order of declaration, which is the order of their numbers
 */
record Service(TypeElement element, String packageName, String name, List<Operation> operations) {
    /**
     * One method.
     *
     * @param types the Java types of the parameters, as declared but without annotations
     * @param resultType the {@code T} of its {@code Result<T>}, likewise
     */
    record Operation(
            int number,
            String name,
            List<Field> parameters,
            List<TypeMirror> types,
            WireType result,
            TypeMirror resultType) {}

    /** Simple name of the generated class. */
    String generatedName() {
        return element.getSimpleName() + "Rpc";
    }

    /** The enums, records and sealed interfaces that travel, each once, in the order in which they are met. */
    Set<WireType> namedTypes() {
        Set<WireType> found = new LinkedHashSet<>();
        for (Operation operation : operations) {
            operation.parameters().forEach(field -> collect(field.type(), found));
            collect(operation.result(), found);
        }
        return found;
    }

    private static void collect(WireType type, Set<WireType> found) {
        switch (type) {
            case Constants constants -> found.add(constants);
            case Product product -> {
                if (found.add(product)) {
                    product.components().forEach(field -> collect(field.type(), found));
                }
            }
            case Choice choice -> {
                if (found.add(choice)) {
                    choice.cases().forEach(each -> collect(each, found));
                }
            }
            case WireType.Scalar _, WireType.Cap _ -> {}
        }
    }

    /** What generated files depend on: a change in any of these elements changes them. */
    TypeElement[] origins() {
        List<TypeElement> origins = new ArrayList<>();
        origins.add(element);
        for (WireType type : namedTypes()) {
            switch (type) {
                case Constants constants -> origins.add(constants.element());
                case Composite composite -> origins.add(composite.element());
                case WireType.Scalar _, WireType.Cap _ -> {}
            }
        }
        return origins.toArray(TypeElement[]::new);
    }
}
