package org.espalier.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Rules by the name that they are for, in the order of the schema. Immutable.
 *
 * @param names in order
 * @param byName the same names, and the rules
 */
record Rules<T>(List<String> names, Map<String, T> byName) {
    /** These, in the order in which the map has them. */
    static <T> Rules<T> of(Map<String, T> rules) {
        return new Rules<>(List.copyOf(rules.keySet()), Map.copyOf(rules));
    }

    static <T> Rules<T> none() {
        return new Rules<>(List.of(), Map.of());
    }

    @Nullable T get(String name) {
        return byName.get(name);
    }

    /** These, and after them those of {@code more} for other names. */
    Rules<T> and(Rules<T> more) {
        if (names.isEmpty()) {
            return more;
        }
        if (more.names.isEmpty()) {
            return this;
        }
        LinkedHashMap<String, T> all = new LinkedHashMap<>();
        forEach(all::put);
        more.forEach(all::putIfAbsent);
        return of(all);
    }

    void forEach(BiConsumer<String, T> each) {
        for (String name : names) {
            T rule = byName.get(name);
            if (rule != null) {
                each.accept(name, rule);
            }
        }
    }
}
