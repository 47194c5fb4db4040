package org.espalier.kernel.verifier;

import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.espalier.base.Component;
import org.jspecify.annotations.Nullable;

/**
 * What exists for the code of one JAR: its own classes, the public ones of base, and the listed ones of the JDK. Members are
 * looked for where the JVM would find them, so that a member of the JDK is the same whichever subclass it is named by. A
 * problem is null where there is none. For one thread.
 */
final class World {
    private static final String BASE = Component.class.getPackageName().replace('.', '/') + "/";
    private static final String OBJECT = "java/lang/Object";

    private final AllowList list;
    private final Map<String, OwnClass> own;
    /** Ancestors of loaded classes, which never change: shared by all worlds of a verifier. */
    private final Map<String, Ancestors> known;

    World(AllowList list, Map<String, OwnClass> own, Map<String, Ancestors> known) {
        this.list = list;
        this.own = own;
        this.known = known;
    }

    /** A fresh cache for {@link #World}. */
    static Map<String, Ancestors> cache() {
        return new ConcurrentHashMap<>();
    }

    /** The types that a type is made from directly; the superclass is empty where there is none. */
    record Ancestors(String superclass, List<String> interfaces) {
        private static final Ancestors NONE = new Ancestors("", List.of());

        private static Ancestors of(Class<?> type) {
            List<String> interfaces = new ArrayList<>(interfaces(type));
            Class<?> parent = type.getSuperclass();
            // A class that nobody can name lends its members to its public heirs.
            while (parent != null && !Modifier.isPublic(parent.getModifiers())) {
                interfaces.addAll(interfaces(parent));
                parent = parent.getSuperclass();
            }
            return new Ancestors(parent == null ? "" : internal(parent), List.copyOf(interfaces));
        }

        private static List<String> interfaces(Class<?> type) {
            return Stream.of(type.getInterfaces()).map(Ancestors::internal).toList();
        }

        private static String internal(Class<?> type) {
            return type.getName().replace('.', '/');
        }
    }

    boolean isOwn(String internalName) {
        return own.containsKey(internalName);
    }

    /** Whether the type is there for the JVM alone. */
    boolean isLinked(String internalName) {
        AllowList.Type type = list.type(internalName);
        return type != null && type.isLinked();
    }

    /** Whether a class of this name is in a package that is not for components. */
    static boolean isForeign(String internalName) {
        return internalName.startsWith("java/") || internalName.startsWith(BASE);
    }

    /** Whether code may name the class of a class entry, which may be an array's. */
    @Nullable Problem classProblem(String classEntry) {
        String name = Names.elementOfEntry(classEntry);
        if (name.isEmpty() || isOwn(name)) {
            return null;
        }
        if (name.startsWith(BASE)) {
            return isInBase(name) ? null : Problem.of(Names.dotted(name), "is not for components");
        }
        AllowList.Type type = list.type(name);
        return type == null || type.isLinked()
                ? Problem.of(Names.dotted(name), "is not among the classes that a component may use")
                : null;
    }

    /** Whether it is in the package itself, and none below. That its class is public is the JVM's to check. */
    private static boolean isInBase(String name) {
        return name.startsWith(BASE) && name.indexOf('/', BASE.length()) < 0;
    }

    /** Whether code may name all classes of a descriptor. */
    @Nullable Problem descriptorProblem(String descriptor) {
        for (String name : Names.classes(descriptor)) {
            Problem problem = classProblem(name);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    /** Whether an own class may extend or implement the type, or a lambda be one. */
    @Nullable Problem extensionProblem(String internalName) {
        Problem problem = classProblem(internalName);
        if (problem != null) {
            return problem;
        }
        AllowList.Type type = list.type(internalName);
        return type == null || type.isOpen() || isOwn(internalName)
                ? null
                : Problem.of(
                        Names.dotted(internalName),
                        "is not among the JDK types that a component may extend or implement");
    }

    /** Whether code may name a field or method, its owner as it stands in a class entry. */
    @Nullable Problem memberProblem(String owner, String name, String descriptor) {
        if (owner.startsWith("[")) {
            Problem problem = classProblem(owner);
            // An array has the methods of Object, and a public clone.
            return problem != null ? problem : memberProblem(OBJECT, name, descriptor);
        }
        if (!isOwn(owner) && !owner.startsWith(BASE)) {
            return isListed(owner, name, descriptor) ? null : unlisted(owner, name, descriptor);
        }
        Problem problem = classProblem(owner);
        if (problem == null) {
            problem = descriptorProblem(descriptor);
        }
        OwnClass declarer = own.get(owner);
        if (problem != null || name.equals("<init>") || (declarer != null && declarer.declares(name, descriptor))) {
            return problem;
        }
        String withholder = withholder(owner, name, descriptor);
        return withholder == null ? null : unlisted(withholder, name, descriptor);
    }

    private static Problem unlisted(String owner, String name, String descriptor) {
        return Problem.of(
                Names.member(owner, name, descriptor), "is not among the JDK members that a component may use");
    }

    private boolean isListed(String owner, String name, String descriptor) {
        AllowList.Type type = list.type(owner);
        if (type == null || type.isLinked()) {
            return false;
        }
        if (type.lists(name, descriptor)) {
            return true;
        }
        if (name.equals("<init>")) {
            return false;
        }
        for (String ancestor : lookupOrder(owner)) {
            AllowList.Type declarer = list.type(ancestor);
            if (declarer != null && declarer.lists(name, descriptor)) {
                return true;
            }
            if (declarer != null && declarer.withholds(name, descriptor)) {
                return false;
            }
        }
        return false;
    }

    /**
     * The JDK type from which {@code owner} would inherit a member that is withheld. Open types list or withhold each of their
     * members, so what none of them has is a member of an own class or of base, or of nobody.
     */
    private @Nullable String withholder(String owner, String name, String descriptor) {
        for (String type : lookupOrder(owner)) {
            OwnClass found = own.get(type);
            if (found != null) {
                if (found.declares(name, descriptor)) {
                    return null;
                }
                continue;
            }
            AllowList.Type listed = list.type(type);
            if (listed != null && listed.lists(name, descriptor)) {
                return null;
            }
            if (listed != null && listed.withholds(name, descriptor)) {
                return type;
            }
        }
        return null;
    }

    /** The type and its ancestors as the JVM looks for a method in them: superclasses, then interfaces, then what Object has. */
    private Set<String> lookupOrder(String type) {
        // A set that keeps its order, because own classes may extend each other in a circle.
        Set<String> order = new LinkedHashSet<>();
        Deque<String> interfaces = new ArrayDeque<>();
        String next = type;
        while (!next.isEmpty() && order.add(next)) {
            Ancestors ancestors = ancestors(next);
            interfaces.addAll(ancestors.interfaces());
            next = ancestors.superclass();
        }
        Set<String> seen = new HashSet<>();
        for (String one = interfaces.poll(); one != null; one = interfaces.poll()) {
            if (seen.add(one)) {
                order.add(one);
                interfaces.addAll(ancestors(one).interfaces());
            }
        }
        order.add(OBJECT);
        return order;
    }

    private Ancestors ancestors(String internalName) {
        OwnClass type = own.get(internalName);
        if (type != null) {
            return type.ancestors();
        }
        if (list.type(internalName) == null && !isInBase(internalName)) {
            return Ancestors.NONE;
        }
        Ancestors found = known.computeIfAbsent(internalName, World::load);
        return found == null ? Ancestors.NONE : found;
    }

    /** Null where there is no such class: names that a hostile file invents are not kept. */
    private static @Nullable Ancestors load(String internalName) {
        ClassLoader loader = isInBase(internalName) ? Component.class.getClassLoader() : null;
        try {
            return Ancestors.of(Class.forName(Names.dotted(internalName), false, loader));
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    /** Whether an own interface may declare the method: one that a JDK type withholds could be called through it. */
    @Nullable Problem interfaceMethodProblem(String name, String descriptor) {
        return list.isWithheldByAnOpenType(name, descriptor)
                ? Problem.of("an interface must not declare "
                        + Names.member("", name, descriptor).substring(1)
                        + ", through which a method of a JDK type would be called that is withheld from components")
                : null;
    }
}
