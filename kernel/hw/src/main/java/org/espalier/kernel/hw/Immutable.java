package org.espalier.kernel.hw;

import java.lang.classfile.ClassModel;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.espalier.base.Component;
import org.espalier.base.Parameters;
import org.espalier.base.RpcType;
import org.jspecify.annotations.Nullable;

/**
 * Whether what the static fields of classes hold can ever change: looks at the objects themselves once the classes are initialized. An
 * object of the component's own is immutable if all its fields are {@link FinalFields final}, hold what is immutable, and nobody can lock it; of the
 * JDK and of base those are whose documentation says so, and collections that cannot change. No code of the component runs for it.
 *
 * <p>Used once, by one thread.
 */
final class Immutable {
    /** More objects than that are not worth the look. */
    private static final int MAX_OBJECTS = 100_000;

    private static final Set<Class<?>> LEAVES = Set.of(
            String.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Character.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class,
            Class.class,
            Duration.class,
            Instant.class,
            Pattern.class,
            Parameters.class);

    /** The classes of all immutable collections of the JDK; they have no name that is public. */
    private static final Set<Class<?>> COLLECTIONS = Set.of(
            List.of().getClass(),
            List.of(1).getClass(),
            Set.of().getClass(),
            Set.of(1).getClass(),
            Map.of().getClass(),
            Map.of(1, 1).getClass());

    private final ClassLoader own;
    private final Map<String, ClassModel> models;
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> open = new ArrayDeque<>();

    private Immutable(ClassLoader own, Map<String, ClassModel> models) {
        this.own = own;
        this.models = models;
    }

    /**
     * Why not, for people; empty if nothing can change.
     *
     * @param types all classes of the loader, initialized, whose {@link ReadOnlyStatics static fields are left alone}
     * @param models the same by name
     */
    static Optional<String> whyNot(ClassLoader loader, Collection<Class<?>> types, Map<String, ClassModel> models) {
        Immutable walk = new Immutable(loader, models);
        for (Class<?> type : types) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        && !field.getType().isPrimitive()
                        && !walk.holdsNoneBut(field)) {
                    return Optional.of(
                            "what the static field " + type.getName() + "." + field.getName() + " holds may change");
                }
            }
        }
        return Optional.empty();
    }

    private boolean holdsNoneBut(Field field) {
        try {
            field.setAccessible(true);
            Object value = field.get(null);
            if (value instanceof Object[] array && field.getType().isArray()) {
                for (Object element : array) {
                    add(element);
                }
            } else if (value != null
                    && !(field.getType().isArray() && value.getClass().isArray())) {
                add(value);
            }
            while (!open.isEmpty()) {
                if (seen.size() > MAX_OBJECTS || !look(open.pop())) {
                    return false;
                }
            }
            return true;
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            return false;
        }
    }

    private void add(@Nullable Object value) {
        if (value != null && seen.add(value)) {
            open.push(value);
        }
    }

    /** Whether {@code object} itself cannot change; what it holds is looked at later. */
    private boolean look(Object object) throws ReflectiveOperationException {
        Class<?> type = object.getClass();
        if (type.isArray()) {
            return false;
        }
        if (type.getClassLoader() == own) {
            return lookAtOwn(object, type);
        }
        if (LEAVES.contains(type) || object instanceof Charset) {
            return true;
        }
        if (COLLECTIONS.contains(type)) {
            if (object instanceof Map<?, ?> map) {
                map.forEach((key, value) -> {
                    add(key);
                    add(value);
                });
            } else {
                ((Collection<?>) object).forEach(this::add);
            }
            return true;
        }
        if (object instanceof Optional<?> optional) {
            optional.ifPresent(this::add);
            return true;
        }
        // What extends one with a body of its own is not of the enum's class, and may hold anything.
        if (object instanceof Enum<?> constant) {
            return constant.getDeclaringClass() == type && isOfBaseOrJdk(type);
        }
        return type.isRecord() && isBase(type) && lookAtRecord(object, type);
    }

    private boolean lookAtRecord(Object object, Class<?> type) throws ReflectiveOperationException {
        for (RecordComponent component : type.getRecordComponents()) {
            if (!component.getType().isPrimitive()) {
                add(component.getAccessor().invoke(object));
            }
        }
        return true;
    }

    private boolean lookAtOwn(Object object, Class<?> mostDerived) throws ReflectiveOperationException {
        for (Class<?> type = mostDerived; type.getClassLoader() == own; type = type.getSuperclass()) {
            // The JDK makes those of lambdas, which have no name that a class file could write to.
            if (!type.isHidden() && !FinalFields.areFinal(type.getName(), models)) {
                return false;
            }
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isSynchronized(method.getModifiers())) {
                    return false;
                }
            }
            for (Field field : type.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (Modifier.isStatic(modifiers)) {
                    continue;
                }
                if (!Modifier.isFinal(modifiers)) {
                    return false;
                }
                if (!field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    add(field.get(object));
                }
            }
        }
        Class<?> above = mostDerived;
        while (above.getClassLoader() == own) {
            above = above.getSuperclass();
        }
        return above == Object.class || above == Enum.class || above == Record.class || above == RpcType.class;
    }

    private static boolean isOfBaseOrJdk(Class<?> type) {
        return type.getClassLoader() == null || isBase(type);
    }

    private static boolean isBase(Class<?> type) {
        return type.getModule() == Component.class.getModule();
    }
}
