package org.espalier.kernel.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.testkit.Compiled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Escapes that Java itself can say: each a class {@code Guest} whose method of line 3 tries one, and what is answered to it. */
final class HostileSourceTest {
    private static final String MEMBER = " is not among the JDK members that a component may use";
    private static final String TYPE = " is not among the classes that a component may use";
    private static final String EXTEND = " is not among the JDK types that a component may extend or implement";

    private record Case(String text, String rejection) {}

    private static Case member(String body, String member) {
        return new Case(body, "Guest.run(Guest.java:3): " + member + MEMBER);
    }

    private static Case type(String body, String type) {
        return new Case(body, "Guest.run(Guest.java:3): " + type + TYPE);
    }

    static Stream<Arguments> statements() {
        return compiled(
                """
                class Guest {
                    static void wild() { }
                    void run() throws Throwable { %s }
                }
                """,
                member("System.exit(1);", "java.lang.System.exit(int)"),
                member("System.out.println();", "java.lang.System.out"),
                member("System.getProperty(\"user.name\");", "java.lang.System.getProperty(java.lang.String)"),
                member("System.getenv();", "java.lang.System.getenv()"),
                member("System.nanoTime();", "java.lang.System.nanoTime()"),
                member("System.setOut(null);", "java.lang.System.setOut(java.io.PrintStream)"),
                member("System.gc();", "java.lang.System.gc()"),
                member("Runtime.getRuntime().halt(1);", "java.lang.Runtime.getRuntime()"),
                member("new ProcessBuilder(\"sh\").start();", "java.lang.ProcessBuilder.<init>(java.lang.String[])"),
                member("ProcessHandle.current();", "java.lang.ProcessHandle.current()"),
                member("new java.io.File(\"/etc/passwd\").delete();", "java.io.File.<init>(java.lang.String)"),
                member("new java.io.FileReader(\"/etc/passwd\");", "java.io.FileReader.<init>(java.lang.String)"),
                member("new java.io.PrintWriter(\"x\");", "java.io.PrintWriter.<init>(java.lang.String)"),
                member("java.nio.file.Files.size(null);", "java.nio.file.Files.size(java.nio.file.Path)"),
                member("new java.net.Socket(\"h\", 1);", "java.net.Socket.<init>(java.lang.String, int)"),
                member("java.net.URI.create(\"http://h\").toURL();", "java.net.URI.create(java.lang.String)"),
                member("Class.forName(\"java.lang.System\");", "java.lang.Class.forName(java.lang.String)"),
                member("Guest.class.getDeclaredMethods();", "java.lang.Class.getDeclaredMethods()"),
                member("Guest.class.getClassLoader();", "java.lang.Class.getClassLoader()"),
                member("Guest.class.getModule();", "java.lang.Class.getModule()"),
                member("Guest.class.getProtectionDomain();", "java.lang.Class.getProtectionDomain()"),
                member("Guest.class.newInstance();", "java.lang.Class.newInstance()"),
                member("getClass().getResource(\"/x\");", "java.lang.Class.getResource(java.lang.String)"),
                member(
                        "String.class.getResourceAsStream(\"/x\");",
                        "java.lang.Class.getResourceAsStream(java.lang.String)"),
                member(
                        "getClass().getResourceAsStream(\"/x\");",
                        "java.lang.Class.getResourceAsStream(java.lang.String)"),
                member(
                        "org.espalier.base.Env.class.getResourceAsStream(\"/x\");",
                        "java.lang.Class.getResourceAsStream(java.lang.String)"),
                member(
                        "java.lang.reflect.Array.newInstance(int.class, 1);",
                        "java.lang.reflect.Array.newInstance(java.lang.Class, int)"),
                member(
                        "java.lang.reflect.Proxy.isProxyClass(null);",
                        "java.lang.reflect.Proxy.isProxyClass(java.lang.Class)"),
                member("java.lang.invoke.MethodHandles.lookup();", "java.lang.invoke.MethodHandles.lookup()"),
                member(
                        "java.util.ServiceLoader.load(Runnable.class);",
                        "java.util.ServiceLoader.load(java.lang.Class)"),
                member(
                        "java.util.ResourceBundle.getBundle(\"x\");",
                        "java.util.ResourceBundle.getBundle(java.lang.String)"),
                member("java.util.Locale.setDefault(null);", "java.util.Locale.setDefault(java.util.Locale)"),
                member("java.util.Locale.getDefault();", "java.util.Locale.getDefault()"),
                member("java.util.TimeZone.setDefault(null);", "java.util.TimeZone.setDefault(java.util.TimeZone)"),
                member("java.time.Instant.now();", "java.time.Instant.now()"),
                member("java.time.Clock.systemUTC();", "java.time.Clock.systemUTC()"),
                member("new java.util.Date();", "java.util.Date.<init>()"),
                member("new java.util.Random();", "java.util.Random.<init>()"),
                member("Math.random();", "java.lang.Math.random()"),
                member("java.util.UUID.randomUUID();", "java.util.UUID.randomUUID()"),
                member("java.util.Collections.shuffle(null);", "java.util.Collections.shuffle(java.util.List)"),
                member("\"x\".intern();", "java.lang.String.intern()"),
                member("wait();", "java.lang.Object.wait()"),
                member("notifyAll();", "java.lang.Object.notifyAll()"),
                member("super.finalize();", "java.lang.Object.finalize()"),
                member("Thread.currentThread();", "java.lang.Thread.currentThread()"),
                member("Thread.sleep(1);", "java.lang.Thread.sleep(long)"),
                member(
                        "java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor();",
                        "java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()"),
                member(
                        "java.util.concurrent.CompletableFuture.runAsync(null);",
                        "java.util.concurrent.CompletableFuture.runAsync(java.lang.Runnable)"),
                member(
                        "java.util.concurrent.ForkJoinPool.commonPool();",
                        "java.util.concurrent.ForkJoinPool.commonPool()"),
                member("new java.util.Timer();", "java.util.Timer.<init>()"),
                member("new ThreadLocal<String>();", "java.lang.ThreadLocal.<init>()"),
                member("java.lang.ref.Cleaner.create();", "java.lang.ref.Cleaner.create()"),
                member("new java.util.ArrayList<>().parallelStream();", "java.util.ArrayList.parallelStream()"),
                member("java.util.stream.Stream.of().parallel();", "java.util.stream.Stream.parallel()"),
                member("java.util.stream.IntStream.range(0, 9).parallel();", "java.util.stream.IntStream.parallel()"),
                member("java.util.Arrays.parallelSort(new int[1]);", "java.util.Arrays.parallelSort(int[])"),
                member(
                        "new java.util.concurrent.ConcurrentHashMap<String, String>().forEach(1, (k, v) -> {});",
                        "java.util.concurrent.ConcurrentHashMap.forEach(long, java.util.function.BiConsumer)"),
                member(
                        "new java.util.concurrent.locks.ReentrantLock().lock();",
                        "java.util.concurrent.locks.ReentrantLock.<init>()"),
                member("java.math.BigInteger.TEN.isProbablePrime(9);", "java.math.BigInteger.isProbablePrime(int)"),
                member(
                        "java.math.BigInteger.TEN.parallelMultiply(null);",
                        "java.math.BigInteger.parallelMultiply(java.math.BigInteger)"),
                member("StackWalker.getInstance();", "java.lang.StackWalker.getInstance()"),
                member("new Throwable().printStackTrace();", "java.lang.Throwable.printStackTrace()"),
                member("new Throwable().getStackTrace();", "java.lang.Throwable.getStackTrace()"),
                member("java.lang.foreign.Linker.nativeLinker();", "java.lang.foreign.Linker.nativeLinker()"),
                member("java.lang.foreign.Arena.global();", "java.lang.foreign.Arena.global()"),
                member("java.nio.ByteBuffer.allocateDirect(1);", "java.nio.ByteBuffer.allocateDirect(int)"),
                member(
                        "new java.io.ObjectOutputStream(null);",
                        "java.io.ObjectOutputStream.<init>(java.io.OutputStream)"),
                member(
                        "java.nio.charset.Charset.forName(\"x\");",
                        "java.nio.charset.Charset.forName(java.lang.String)"),
                member("\"x\".getBytes(\"x\");", "java.lang.String.getBytes(java.lang.String)"),
                member("Boolean.getBoolean(\"x\");", "java.lang.Boolean.getBoolean(java.lang.String)"),
                member("Runnable r = Thread::yield;", "java.lang.Thread.yield()"),
                member("java.util.function.IntConsumer f = System::exit;", "java.lang.System.exit(int)"),
                member(
                        "java.util.function.Function<Runnable, Object> f = Thread::new;",
                        "java.lang.Thread.<init>(java.lang.Runnable)"),
                member("Runnable r = \"x\"::notify;", "java.lang.Object.notify()"),
                member("java.util.function.Supplier<String> s = \"x\"::intern;", "java.lang.String.intern()"),
                type("Object o = Thread.class;", "java.lang.Thread"),
                type("Object o = new Thread[1];", "java.lang.Thread"),
                type("Object o = new Thread[1][1];", "java.lang.Thread"),
                type("Object o = (Thread) null;", "java.lang.Thread"),
                type("boolean b = (Object) this instanceof ClassLoader;", "java.lang.ClassLoader"),
                type("Enum.valueOf(Thread.State.class, \"NEW\");", "java.lang.Thread$State"),
                new Case(
                        "try { wild(); } catch (ThreadDeath e) { }",
                        "Guest.run(Guest.java): java.lang.ThreadDeath" + TYPE),
                new Case(
                        "synchronized (\"x\") { }",
                        "Guest.run(Guest.java:3): a component locks no objects but by synchronized methods of its own"),
                new Case(
                        "synchronized (Guest.class) { }",
                        "Guest.run(Guest.java:3): a component locks no objects but by synchronized methods of its own"),
                new Case(
                        "Runnable r = (Runnable & java.io.Serializable) () -> {};",
                        "Guest.run(Guest.java:3): a lambda must not be serializable"),
                new Case(
                        "new java.io.Reader(\"lock\") { public int read(char[] c, int f, int n) { return 0; }"
                                + " public void close() {} };",
                        "Guest$1.<init>(Guest.java:3): java.io.Reader.<init>(java.lang.Object)" + MEMBER));
    }

    /** Puts what each case begins with into {@code frame}, and the classes that become of it in its place. */
    private static Stream<Arguments> compiled(String frame, Case... cases) {
        List<Map<String, byte[]>> classes = Compiled.all(
                Stream.of(cases).map(one -> frame.formatted(one.text)).toList());
        return IntStream.range(0, cases.length)
                .mapToObj(i -> Arguments.of(cases[i].text, classes.get(i), cases[i].rejection));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("statements")
    void aStatementThatReachesBeyondIsRejectedWithItsPlace(String body, Map<String, byte[]> classes, String rejection) {
        assertThat(Guests.rejections(classes)).as(body).contains(rejection);
    }

    static Stream<Arguments> declarations() {
        return compiled(
                "abstract class Guest %s }",
                new Case("extends Thread { ", "Guest: java.lang.Thread" + TYPE),
                new Case("extends ClassLoader { ", "Guest: java.lang.ClassLoader" + TYPE),
                new Case("extends ThreadLocal<String> { ", "Guest: java.lang.ThreadLocal" + TYPE),
                new Case("extends java.util.TimerTask { public void run() {}", "Guest: java.util.TimerTask" + TYPE),
                new Case("extends OutOfMemoryError { ", "Guest: java.lang.OutOfMemoryError" + EXTEND),
                new Case(
                        "implements java.time.temporal.TemporalUnit { ",
                        "Guest: java.time.temporal.TemporalUnit" + EXTEND),
                new Case(
                        "{ protected void finalize() { }",
                        "Guest.finalize(Guest.java): a component has no finalizers, which run on a thread of the JVM"),
                new Case("{ native void n();", "Guest.n(Guest.java): a component has no native methods"),
                new Case(
                        "{ static synchronized void s() { }",
                        "Guest.s(Guest.java): a static synchronized method locks a class, which is no object of the"
                                + " component's own"),
                new Case(
                        "{ Object readResolve() { return this; }",
                        "Guest.readResolve(Guest.java): a component has no part in serialization"),
                new Case(
                        "{ private void readObject(java.io.ObjectInputStream in) { }",
                        "Guest.readObject(Guest.java): java.io.ObjectInputStream" + TYPE),
                new Case("{ java.io.File file;", "Guest: java.io.File" + TYPE),
                new Case("{ void m(Thread[] all) { }", "Guest.m(Guest.java): java.lang.Thread" + TYPE),
                new Case("{ void m() throws ThreadDeath { }", "Guest: java.lang.ThreadDeath" + TYPE),
                new Case("{ record R(Thread t) { }", "Guest$R: java.lang.Thread" + TYPE),
                new Case(
                        "{ interface Own extends java.util.Collection<String> {"
                                + " java.util.stream.Stream<String> parallelStream(); }",
                        "Guest$Own.parallelStream(Guest.java): an interface must not declare parallelStream(), through"
                                + " which a method of a JDK type would be called that is withheld from components"),
                new Case(
                        "{ abstract static class Own extends java.util.AbstractList<String> {"
                                + " Object all() { return parallelStream(); } }",
                        "Guest$Own.all(Guest.java:1): java.util.Collection.parallelStream()" + MEMBER),
                new Case(
                        "{ interface Own extends java.util.Collection<String> {"
                                + " default Object all() { return java.util.Collection.super.parallelStream(); } }",
                        "Guest$Own.all(Guest.java:1): java.util.Collection.parallelStream()" + MEMBER),
                new Case(
                        "{ void m(org.espalier.base.spi.Window w) { }",
                        "Guest.m(Guest.java): org.espalier.base.spi.Window is not for components"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("declarations")
    void aDeclarationThatReachesBeyondIsRejectedWithItsPlace(
            String text, Map<String, byte[]> classes, String rejection) {
        assertThat(Guests.rejections(classes)).as(text).contains(rejection);
    }
}
