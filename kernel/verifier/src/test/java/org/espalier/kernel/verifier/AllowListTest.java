package org.espalier.kernel.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The list against the JDK that it is for: what it names exists, and nobody can inherit what it forgot. */
final class AllowListTest {
    private static final AllowList LIST = AllowList.forRelease(Runtime.version().feature());

    @BeforeEach
    void theListIsForThisJdk() {
        Assumptions.assumeTrue(
                LIST.release() == Runtime.version().feature(),
                () -> "n/a: there is no list for JDK " + Runtime.version().feature() + " yet; add jdk-"
                        + Runtime.version().feature() + ".txt");
    }

    private static Map<String, AllowList.Type> types() {
        return new TreeMap<>(LIST.types());
    }

    private static Class<?> load(String internalName) {
        try {
            return Class.forName(internalName.replace('/', '.'), false, null);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static String member(Member member) {
        return switch (member) {
            case Field field ->
                AllowList.member(field.getName(), field.getType().descriptorString());
            case Method method -> AllowList.member(method.getName(), descriptor(method, method.getReturnType()));
            case Constructor<?> constructor -> AllowList.member("<init>", descriptor(constructor, void.class));
            default -> throw new AssertionError(member);
        };
    }

    private static String descriptor(Executable executable, Class<?> result) {
        return MethodType.methodType(result, executable.getParameterTypes()).descriptorString();
    }

    private static List<Member> members(Class<?> type) {
        List<Member> all = new ArrayList<>(List.of(type.getDeclaredFields()));
        all.addAll(List.of(type.getDeclaredConstructors()));
        all.addAll(List.of(type.getDeclaredMethods()));
        return all;
    }

    private static Set<Class<?>> ancestors(Class<?> type) {
        Set<Class<?>> all = new LinkedHashSet<>();
        if (type.getSuperclass() != null) {
            all.add(type.getSuperclass());
            all.addAll(ancestors(type.getSuperclass()));
        }
        for (Class<?> one : type.getInterfaces()) {
            all.add(one);
            all.addAll(ancestors(one));
        }
        return all;
    }

    private static boolean isHeritable(Member member) {
        return Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
    }

    @Test
    void everyEntryExistsInThisJdkWithItsDescriptor() {
        Set<String> wrong = new TreeSet<>();
        types().forEach((name, type) -> {
            Set<String> real = new TreeSet<>();
            members(load(name)).stream().filter(AllowListTest::isHeritable).forEach(one -> real.add(member(one)));
            for (Set<String> some :
                    List.of(type.members().listed(), type.members().withheld())) {
                some.stream().filter(one -> !real.contains(one)).forEach(one -> wrong.add(name + " " + one));
            }
        });
        assertThat(wrong).isEmpty();
        assertThat(types()).hasSizeGreaterThan(200);
    }

    @Test
    void anOpenTypeListsOrWithholdsAllThatItsHeirsGet() {
        Set<String> forgotten = new TreeSet<>();
        types().forEach((name, type) -> {
            if (type.isOpen()) {
                members(load(name)).stream()
                        .filter(AllowListTest::isHeritable)
                        .map(AllowListTest::member)
                        .filter(one -> !type.members().listed().contains(one)
                                && !type.members().withheld().contains(one))
                        .forEach(one -> forgotten.add(name + " " + one));
            }
        });
        assertThat(forgotten).isEmpty();
    }

    @Test
    void everyAncestorOfAnOpenTypeIsOpen() {
        Set<String> closed = new TreeSet<>();
        types().forEach((name, type) -> {
            if (type.isOpen()) {
                for (Class<?> ancestor : ancestors(load(name))) {
                    AllowList.Type listed = LIST.type(ancestor.getName().replace('.', '/'));
                    if (listed == null || !listed.isOpen()) {
                        closed.add(name + " has " + ancestor.getName());
                    }
                }
            }
        });
        assertThat(closed).isEmpty();
    }

    @Test
    void openTypesWithholdNoFields() {
        types().values().stream()
                .filter(AllowList.Type::isOpen)
                .forEach(type -> assertThat(type.members().withheld()).allMatch(member -> member.contains("(")));
    }

    @Test
    void nothingIsListedOneWayAndWithheldTheOther() {
        types().forEach((name, type) -> assertThat(type.members().withheld())
                .as(name)
                .noneMatch(type.members().listed()::contains));
    }

    @Test
    void noListedMemberNamesATypeThatIsNotListed() {
        Set<String> wrong = new TreeSet<>();
        types().forEach((name, type) -> {
            for (String member : type.members().listed()) {
                for (String used : Names.classes(member.substring(member.indexOf(' ') + 1))) {
                    AllowList.Type listed = LIST.type(used);
                    if (listed == null || listed.isLinked()) {
                        wrong.add(name + " " + member);
                    }
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    /** The verifier looks for a member at the type named and then at its ancestors; a static one that hides another must be found first. */
    @Test
    void noStaticMemberThatIsNotListedHidesOneThatIs() {
        Set<String> hidden = new TreeSet<>();
        types().forEach((name, type) -> members(load(name)).stream()
                .filter(one -> Modifier.isStatic(one.getModifiers()) && isHeritable(one))
                .map(AllowListTest::member)
                .filter(one -> !type.members().listed().contains(one)
                        && !type.members().withheld().contains(one))
                .filter(one -> ancestors(load(name)).stream()
                        .map(ancestor -> LIST.type(ancestor.getName().replace('.', '/')))
                        .anyMatch(ancestor ->
                                ancestor != null && ancestor.members().listed().contains(one)))
                .forEach(one -> hidden.add(name + " " + one)));
        assertThat(hidden).isEmpty();
    }

    /** Types that give authority, threads, or a look inside, by the part of their name that says so. */
    private static final List<String> DANGEROUS = List.of(
            "java/lang/Thread",
            "java/lang/Runtime$",
            "java/lang/Process",
            "java/lang/ClassLoader",
            "java/lang/Module",
            "java/lang/StackWalker",
            "java/lang/ScopedValue",
            "java/lang/Inheritable",
            "java/lang/Shutdown",
            "java/lang/ClassValue",
            "java/lang/StackTraceElement",
            "java/lang/reflect/",
            "java/lang/ref/",
            "java/lang/foreign/",
            "java/lang/instrument/",
            "java/lang/management/",
            "java/lang/module/",
            "java/lang/classfile/",
            "java/io/File",
            "java/io/Object",
            "java/io/Console",
            "java/io/RandomAccess",
            "java/io/PrintStream",
            "java/net/",
            "java/nio/file/",
            "java/nio/channels/",
            "java/nio/Mapped",
            "java/security/",
            "java/util/ServiceLoader",
            "java/util/ResourceBundle",
            "java/util/Timer",
            "java/util/TimeZone",
            "java/util/Scanner",
            "java/util/Properties",
            "java/util/WeakHashMap",
            "java/util/jar/",
            "java/util/logging/",
            "java/util/prefs/",
            "java/util/concurrent/Exec",
            "java/util/concurrent/Fork",
            "java/util/concurrent/Future",
            "java/util/concurrent/Completable",
            "java/util/concurrent/Thread",
            "java/util/concurrent/StructuredTaskScope",
            "java/util/concurrent/locks/",
            "java/util/concurrent/Flow",
            "java/util/stream/StreamSupport",
            "java/time/Clock",
            "java/time/InstantSource",
            "java/util/concurrent/atomic/AtomicIntegerFieldUpdater",
            "javax/",
            "jdk/",
            "sun/",
            "com/");

    @Test
    void noDangerousTypeIsListed() {
        assertThat(types().keySet()).noneMatch(name -> DANGEROUS.stream().anyMatch((name + "$")::startsWith));
    }

    @Test
    void noDangerousMemberIsListed() {
        Set<String> wrong = new TreeSet<>();
        Set<String> names = Set.of(
                "exit",
                "halt",
                "intern",
                "wait",
                "notify",
                "notifyAll",
                "finalize",
                "parallel",
                "parallelStream",
                "parallelSort",
                "parallelPrefix",
                "parallelSetAll",
                "parallelMultiply",
                "setDefault",
                "getDefault",
                "getClassLoader",
                "forName",
                "newInstance",
                "getStackTrace",
                "setStackTrace",
                "random",
                "randomUUID",
                "allocateDirect",
                "getProperty",
                "getenv",
                "setProperty",
                "loadLibrary",
                "load",
                "nanoTime",
                "currentTimeMillis",
                "now",
                "systemDefault",
                "getBoolean",
                "getInteger",
                "resolveConstantDesc",
                "describeConstable",
                "mapConcurrent",
                "isProbablePrime");
        types().forEach((name, type) -> type.members().listed().stream()
                .filter(member -> names.contains(member.substring(0, member.indexOf(' '))))
                .forEach(member -> wrong.add(name + " " + member)));
        assertThat(wrong).isEmpty();
        assertThat(Objects.requireNonNull(LIST.type("java/lang/System"))
                        .members()
                        .listed())
                .containsExactly("arraycopy (Ljava/lang/Object;ILjava/lang/Object;II)V");
    }

    @Test
    void anOlderListServesANewerJdk() {
        assertThat(AllowList.forRelease(LIST.release() + 7).release()).isGreaterThanOrEqualTo(LIST.release());
    }
}
