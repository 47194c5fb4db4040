package org.espalier.kernel.hw;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.kernel.verifier.Verifier;
import org.espalier.testkit.Compiled;
import org.junit.jupiter.api.Test;

/** Instances share classes only if nothing that is static in them can change, and whoever is stopped is stopped alone. */
final class SharedClassesTest {
    private static final String IMPORTS = """
            import java.math.*; import java.time.*; import java.util.*; import java.util.concurrent.atomic.*;
            import java.util.function.*; import java.util.regex.*; import org.espalier.base.*;
            public class Guest implements Component {
                public void construct(Env env) {}
            """;

    private static String whyNot(Map<String, byte[]> classes) {
        try {
            String component = classes.keySet().stream()
                    .filter(name -> name.endsWith("Guest"))
                    .findFirst()
                    .orElseThrow();
            JarImage image = JarImage.parse(Jars.of(component, classes), "");
            PollSite polls = new PollSite(() -> {});
            return SharedClasses.whyNot(
                            new ComponentLoader(image, Verifier.forThisJdk(), polls),
                            image.content().classes().values())
                    .map(text -> text.replaceAll("s[0-9]+\\.", ""))
                    .orElse("");
        } catch (JarImage.NotAComponent e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> whyNot(List<String> bodies) {
        return Compiled.all(bodies.stream().map(body -> IMPORTS + body + "}").toList()).stream()
                .map(SharedClassesTest::whyNot)
                .toList();
    }

    @Test
    void whatCannotChangeIsShared() {
        List<String> bodies = List.of(
                "",
                "int count; final List<String> own = new ArrayList<>();",
                "static final int A = 1; static final String B = \"b\" + A; static final Integer C = 3;",
                "static final List<String> A = List.of(\"a\"); static final Map<Integer, List<Integer>> B ="
                        + " Map.of(1, List.of(1, 2)); static final Set<Long> C = Set.copyOf(List.of(1L, 2L, 3L));",
                "enum E { A, B { int x() { return 2; } }; int x() { return 1; } }"
                        + " int f(E e) { return switch (e) { case A -> 1; case B -> e.x(); }; }",
                "record R(String name, List<R> inside) {} static final R A = new R(\"a\", List.of());",
                "static final Function<String, String> A = text -> text + 1; static final Runnable B = Guest::f;"
                        + " static void f() {}",
                "static Supplier<Object> of(List<Integer> list) { return () -> list.get(0); }"
                        + " static final Supplier<Object> A = of(List.of(1));",
                "static final Pattern A = Pattern.compile(\"a*\"); static final BigInteger B = BigInteger.valueOf(7);"
                        + " static final Duration C = Duration.ofMillis(3); static final Optional<String> D ="
                        + " Optional.of(\"d\");",
                "static final int[] A = {1, 2, 3}; int f(int i) { return A[i] + A.length; } int[] g() { return A.clone(); }",
                "static final String[] A = {\"a\"}; String f(String i) { return A[Integer.parseInt(i.strip())]; }",
                "static final RamQuota A = new RamQuota(4096); static final Label B = new Label(\"b\");"
                        + " static final Failure C = Failure.GONE;");

        assertThat(whyNot(bodies)).containsOnly("");
    }

    @Test
    void whatMayChangeIsNot() {
        String holds = "what the static field Guest.A holds may change";
        Map<String, String> reasons = Map.ofEntries(
                Map.entry("static int a;", "the static field Guest.a may be written"),
                Map.entry("static final List<String> A = new ArrayList<>();", holds),
                Map.entry("static final Object A = new int[1];", holds),
                Map.entry("static final AtomicLong A = new AtomicLong();", holds),
                Map.entry("static final StringBuilder A = new StringBuilder();", holds),
                Map.entry("static final List<Object> A = List.of(new AtomicLong());", holds),
                Map.entry("static final Map<String, Object> A = Map.of(\"a\", Map.of(\"b\", new HashMap<>()));", holds),
                Map.entry("static final List<String> A = Collections.unmodifiableList(new ArrayList<>());", holds),
                Map.entry("int x; static final Guest A = new Guest();", holds),
                Map.entry("record R(int[] x) {} static final R A = new R(new int[1]);", holds),
                Map.entry("static class L extends ArrayList<String> {} static final L A = new L();", holds),
                Map.entry("static class P { int x; } static class C extends P {} static final C A = new C();", holds),
                Map.entry("enum E { X { int n; }; } static final E A = E.X;", holds),
                Map.entry("static final Object[] A = {new int[1]}; Object f() { return A[0]; }", holds),
                Map.entry("static final Guest[][] A = {{}};", holds),
                Map.entry("static class L { synchronized void f() {} } static final L A = new L();", holds),
                Map.entry(
                        "static Supplier<Object> of(int[] a) { return () -> a[0]++; }"
                                + " static final Supplier<Object> A = of(new int[1]);",
                        holds),
                Map.entry(
                        "static final int A = Integer.parseInt(\"no\");",
                        "a class cannot be initialized: java.lang.ExceptionInInitializerError"),
                Map.entry(
                        "static final int[] A = {1}; void f() { A[0]++; }",
                        "method Guest.f may change the array Guest.A"),
                Map.entry(
                        "static final int[] A = {1}; int[] f() { return A; }",
                        "method Guest.f may change the array Guest.A"),
                Map.entry(
                        "static final int[] A = {1}; void f() { Arrays.fill(A, 2); }",
                        "method Guest.f may change the array Guest.A"),
                Map.entry(
                        "static final int[] A = {1}; void f() { Runnable r = () -> A[0] = 2; r.run(); }",
                        "method Guest.lambda$f$0 may change the array Guest.A"));

        List<String> bodies = List.copyOf(reasons.keySet());
        List<String> found = whyNot(bodies);
        for (int i = 0; i < bodies.size(); i++) {
            assertThat(found.get(i)).as(bodies.get(i)).isEqualTo(reasons.get(bodies.get(i)));
        }
    }

    /** No compiler makes it, and the JVM runs it: the constructor sets the final field of an object that it is given. */
    @Test
    void aClassWhoseConstructorWritesAnotherObjectIsNot() {
        ClassDesc holder = ClassDesc.of("Holder");
        byte[] file = ClassFile.of()
                .build(
                        holder,
                        type -> type.withField("value", CD_int, ClassFile.ACC_FINAL)
                                .withMethodBody(
                                        INIT_NAME,
                                        MTD_void,
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                                .return_())
                                .withMethodBody(
                                        INIT_NAME,
                                        MethodTypeDesc.of(MTD_void.returnType(), CD_Object),
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                                .aload(1)
                                                .checkcast(holder)
                                                .loadConstant(7)
                                                .putfield(holder, "value", CD_int)
                                                .return_()));
        assertThat(whyNot(Map.of("Holder", file, "Guest", guest(holder))))
                .isEqualTo("what the static field Guest.A holds may change");
    }

    private static byte[] guest(ClassDesc holder) {
        ClassDesc guest = ClassDesc.of("Guest");
        return ClassFile.of()
                .build(
                        guest,
                        type -> type.withField("A", holder, ClassFile.ACC_STATIC | ClassFile.ACC_FINAL)
                                .withMethodBody(
                                        "<clinit>",
                                        MTD_void,
                                        ClassFile.ACC_STATIC,
                                        code -> code.new_(holder)
                                                .dup()
                                                .invokespecial(holder, INIT_NAME, MTD_void)
                                                .putstatic(guest, "A", holder)
                                                .return_()));
    }

    private static final String SPINNER = """
            import org.espalier.base.*;
            public class Guest implements Component {
                private long count;
                public void construct(Env env) {
                    env.log().info("classes " + getClass().hashCode());
                    while (true) {
                        try {
                            count++;
                        } catch (Throwable t) {
                            count--;
                        }
                    }
                }
            }
            """;

    private static byte[] jar(String source) {
        Map<String, byte[]> classes = Compiled.classes(source);
        return Jars.of(classes.keySet().iterator().next(), classes);
    }

    @Test
    void instancesShareClassesAndAreStoppedOneByOne() {
        byte[] spinner = jar(SPINNER);
        try (Machine machine = new Machine()) {
            Parentage parentage = new Parentage(machine);
            Parentage.Child first = parentage.start(spinner);
            String own = first.lines(1).getFirst();
            Parentage.Child second = parentage.start(spinner);
            String shared = second.lines(1).getFirst();
            Parentage.Child third = parentage.start(spinner);
            assertThat(third.lines(1)).containsExactly(shared).doesNotContain(own);

            machine.kernel.destroyDomain(second.number());
            Machine.await("two threads are left", () -> machine.kernel.threads() == 2);
            Machine.await(
                    "the quarantine is empty", () -> machine.kernel.quarantine().isEmpty());
            assertThat(third.fault()).isEmpty();

            machine.kernel.destroyDomain(third.number());
            Machine.await("one thread is left", () -> machine.kernel.threads() == 1);
            assertThat(first.fault()).isEmpty();

            // The polls do nothing again, and can be armed again.
            Parentage.Child fourth = parentage.start(spinner);
            assertThat(fourth.lines(1)).containsExactly(shared);
            machine.kernel.destroyDomain(fourth.number());
            Machine.await("one thread is left", () -> machine.kernel.threads() == 1);
        }
    }

    /** The initializer runs on the account of the instance that wants to know, and ends with it. */
    @Test
    void anInstanceThatIsKilledInAnInitializerSpoilsNothingForOthers() {
        byte[] slow = jar("""
                import org.espalier.base.*;
                public class Guest implements Component {
                    static class Late {
                        static final long N = count();
                        static long count() { long n = 0; while (n >= 0) { n++; } return n; }
                    }
                    public void construct(Env env) {
                        env.log().info("runs");
                    }
                }
                """);
        try (Machine machine = new Machine()) {
            Parentage parentage = new Parentage(machine);
            assertThat(parentage.start(slow).lines(1)).containsExactly("runs");
            Parentage.Child stuck = parentage.start(slow);
            // Killed before it gets there, it would leave that to the next one.
            Machine.await("it initializes", SharedClassesTest::somebodyCounts);

            machine.kernel.destroyDomain(stuck.number());
            Machine.await("no thread is left", () -> machine.kernel.threads() == 0);
            assertThat(stuck.log()).isEmpty();
            assertThat(parentage.start(slow).lines(1)).containsExactly("runs");
        }
    }

    private static boolean somebodyCounts() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().endsWith("Guest$Late")
                        && frame.getMethodName().equals("count"));
    }
}
