package org.espalier.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attributes of one node while it is put together; finds a name quickly, however many there are. */
final class AttributeList {

    /** Up to here looking through the list is as fast as an index, and most nodes stay below. */
    private static final int FEW = 8;

    private final List<Attribute> list = new ArrayList<>(4);
    private final Map<String, Attribute> index = new HashMap<>();

    @Nullable Attribute find(String name) {
        return find(name, list, index);
    }

    static @Nullable Attribute find(String name, List<Attribute> list, Map<String, Attribute> index) {
        if (!index.isEmpty()) {
            return index.get(name);
        }
        for (Attribute attribute : list) {
            if (attribute.name().equals(name)) {
                return attribute;
            }
        }
        return null;
    }

    /** The caller made sure that the name is new. */
    void add(Attribute attribute) {
        list.add(attribute);
        if (list.size() == FEW + 1) {
            list.forEach(each -> index.put(each.name(), each));
        } else if (list.size() > FEW) {
            index.put(attribute.name(), attribute);
        }
    }

    List<Attribute> frozenList() {
        return List.copyOf(list);
    }

    /** Empty if there are only few. */
    Map<String, Attribute> frozenIndex() {
        return Map.copyOf(index);
    }
}
