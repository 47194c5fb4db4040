package org.espalier.kernel.verifier;

import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.util.HashSet;
import java.util.Set;
import org.espalier.kernel.verifier.World.Ancestors;
import org.jspecify.annotations.Nullable;

/**
 * What the classes of a JAR have to know of each other. Immutable.
 *
 * @param model the class file, null when it is malformed
 * @param members its fields and methods, as {@link AllowList#member} writes them
 */
record OwnClass(@Nullable ClassModel model, Ancestors ancestors, Set<String> members) {
    /** Reads it; throws what the parser throws when the file is malformed. */
    static OwnClass of(ClassModel model) {
        Set<String> members = new HashSet<>();
        model.fields()
                .forEach(field -> members.add(AllowList.member(
                        field.fieldName().stringValue(), field.fieldType().stringValue())));
        model.methods()
                .forEach(method -> members.add(AllowList.member(
                        method.methodName().stringValue(), method.methodType().stringValue())));
        return new OwnClass(
                model,
                new Ancestors(
                        model.superclass().map(ClassEntry::asInternalName).orElse(""),
                        model.interfaces().stream()
                                .map(ClassEntry::asInternalName)
                                .toList()),
                members);
    }

    boolean declares(String name, String descriptor) {
        return members.contains(AllowList.member(name, descriptor));
    }
}
