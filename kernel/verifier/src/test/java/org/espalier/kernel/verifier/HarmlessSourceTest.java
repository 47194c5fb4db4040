package org.espalier.kernel.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What honest components are made of passes, whatever the compiler makes of it. */
final class HarmlessSourceTest {
    @Test
    void everydayJavaIsAccepted() {
        assertThat(Guests.rejections("""
                import java.util.*;
                import java.util.function.*;
                import java.util.stream.*;
                import org.espalier.base.*;
                public final class Guest implements Component {
                    enum Colour { RED, GREEN { @Override int weight() { return 2; } }; int weight() { return 1; } }
                    sealed interface Shape permits Circle, Square {}
                    record Circle(double radius) implements Shape {}
                    record Square(long side, String... names) implements Shape {}
                    static class Broken extends Exception { Broken(String text, Throwable cause) { super(text, cause); } }
                    @FunctionalInterface interface Step<T> { T go(T from) throws Broken; }
                    @interface Mark { Class<?> value(); }
                    private int count;
                    private synchronized int next() { return ++count; }
                    @Override public void construct(Env env) {
                        env.log().info("n " + next() + ' ' + Colour.valueOf("RED") + 1.5 + 'c' + List.of(1, 2));
                    }
                    static double area(Shape shape) {
                        return switch (shape) {
                            case Circle(double r) when r > 1 -> Math.PI * r * r;
                            case Circle c -> c.hashCode();
                            case Square(long side, String[] names) -> side * side + names.clone().length;
                        };
                    }
                    static int of(Object o) {
                        return switch (o) {
                            case null -> 0;
                            case Colour.RED -> 1;
                            case Colour c -> c.weight();
                            case String s when s.isEmpty() -> 3;
                            case Integer i -> i;
                            default -> o.getClass().getSimpleName().length();
                        };
                    }
                    static int plain(Colour c) { switch (c) { case RED: return 1; default: return 2; } }
                    static int text(String s) { return switch (s) { case "a" -> 1; case "b" -> 2; default -> 3; }; }
                    String all(Collection<? extends CharSequence> texts) throws Broken {
                        Step<String> step = from -> from + texts.size();
                        Supplier<List<String>> made = ArrayList::new;
                        Function<Integer, int[]> array = int[]::new;
                        Runnable marked = (Runnable & RandomAccess) () -> next();
                        try (AutoCloseable c = marked::run) {
                            for (CharSequence t : texts) { made.get().add(t.toString()); }
                        } catch (IllegalStateException | Error e) {
                            throw new Broken("x", e);
                        } catch (Exception e) {
                            throw new Broken(String.format(Locale.ROOT, "%s %,d", e, 5L), e);
                        } finally {
                            array.apply(3)[0]++;
                        }
                        return step.go(texts.stream().map(Object::toString).filter(t -> !t.isBlank()).sorted()
                                .collect(Collectors.joining(",")));
                    }
                    Iterator<String> each() {
                        return new Iterator<>() {
                            int at;
                            @Override public boolean hasNext() { return at < 3; }
                            @Override public String next() { assert at >= 0; return "" + at++; }
                        };
                    }
                    static class Few extends AbstractList<String> {
                        @Override public String get(int i) { return Objects.requireNonNull("x"); }
                        @Override public int size() { return 2; }
                        @Override public Stream<String> parallelStream() { return stream(); }
                        long twice() { return parallelStream().count() + getClass().hashCode() + modCount; }
                    }
                    static boolean resource() { return Guest.class.getResourceAsStream("note.txt") == null; }
                    long seeded() { return new Random(5).nextLong() + Character.getNumericValue('5'); }
                }
                """)).isEmpty();
    }

    @Test
    void annotationsAreIgnored() {
        assertThat(Guests.rejections("""
                class Guest {
                    @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
                    @interface Names { Class<?>[] value(); }
                    @Names({Runtime.class, ClassLoader.class}) @Deprecated void run() { }
                }
                """)).isEmpty();
    }
}
