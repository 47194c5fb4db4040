package org.espalier.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/**
 * Small programs in which polls could cost something: tight loops, calls, recursion, handlers, monitors. Each does the same work at
 * every call, and is loaded with and without polls. The names of the nested classes are those of the benchmark.
 */
public final class GuardKernels {
    private GuardKernels() {}

    /** Sums up in one counted loop. */
    public static final class Sum implements LongSupplier {
        private final long[] values = LongStream.range(0, 100_000).toArray();

        @Override
        public long getAsLong() {
            long sum = 0;
            for (long value : values) {
                sum += value;
            }
            return sum;
        }
    }

    /** Primes, in loops with steps that the compiler does not know. */
    public static final class Sieve implements LongSupplier {
        private final boolean[] composite = new boolean[100_000];

        @Override
        public long getAsLong() {
            Arrays.fill(composite, false);
            long primes = 0;
            for (int i = 2; i < composite.length; i++) {
                if (!composite[i]) {
                    primes++;
                    for (int j = 2 * i; j < composite.length; j += i) {
                        composite[j] = true;
                    }
                }
            }
            return primes;
        }
    }

    /** Recursion that does nearly nothing else. */
    public static final class Fib implements LongSupplier {
        @Override
        public long getAsLong() {
            return fib(24);
        }

        private static long fib(int n) {
            return n < 2 ? n : fib(n - 1) + fib(n - 2);
        }
    }

    /** Three loops within each other over arrays. */
    public static final class Matrix implements LongSupplier {
        private static final int SIZE = 64;
        private final double[][] left = new double[SIZE][SIZE];
        private final double[][] right = new double[SIZE][SIZE];

        /** Fills the matrices. */
        public Matrix() {
            for (int i = 0; i < SIZE; i++) {
                for (int j = 0; j < SIZE; j++) {
                    left[i][j] = i + j;
                    right[i][j] = i - j;
                }
            }
        }

        @Override
        public long getAsLong() {
            double trace = 0;
            for (int i = 0; i < SIZE; i++) {
                for (int j = 0; j < SIZE; j++) {
                    double sum = 0;
                    for (int k = 0; k < SIZE; k++) {
                        sum += left[i][k] * right[k][j];
                    }
                    trace += sum;
                }
            }
            return (long) trace;
        }
    }

    /** A loop that ends by what it computes. */
    public static final class Mandelbrot implements LongSupplier {
        @Override
        public long getAsLong() {
            long steps = 0;
            for (int row = 0; row < 40; row++) {
                for (int column = 0; column < 40; column++) {
                    double a = column / 20.0 - 1.5;
                    double b = row / 20.0 - 1;
                    double x = 0;
                    double y = 0;
                    int step = 0;
                    while (x * x + y * y < 4 && step < 200) {
                        double next = x * x - y * y + a;
                        y = 2 * x * y + b;
                        x = next;
                        step++;
                    }
                    steps += step;
                }
            }
            return steps;
        }
    }

    /** Makes and walks a tree of objects. */
    public static final class Tree implements LongSupplier {
        private record Branch(Object left, Object right) {}

        @Override
        public long getAsLong() {
            return leaves(grow(11));
        }

        private static Object grow(int depth) {
            return depth == 0 ? "leaf" : new Branch(grow(depth - 1), grow(depth - 1));
        }

        private static long leaves(Object tree) {
            return switch (tree) {
                case Branch(Object left, Object right) -> leaves(left) + leaves(right);
                default -> 1;
            };
        }
    }

    /** Work inside of the JDK, called from a loop. */
    public static final class Maps implements LongSupplier {
        @Override
        public long getAsLong() {
            Map<Integer, Integer> counts = new HashMap<>();
            for (int i = 0; i < 10_000; i++) {
                counts.merge(i * 31 % 1009, 1, Integer::sum);
            }
            long sum = 0;
            for (int count : counts.values()) {
                sum += count;
            }
            return sum;
        }
    }

    /** A checksum with a table, a byte at a time. */
    public static final class Crc implements LongSupplier {
        private final int[] table = new int[256];
        private final byte[] data = new byte[50_000];

        /** Fills table and data. */
        public Crc() {
            for (int i = 0; i < table.length; i++) {
                int value = i;
                for (int bit = 0; bit < 8; bit++) {
                    value = (value & 1) != 0 ? value >>> 1 ^ 0xedb88320 : value >>> 1;
                }
                table[i] = value;
            }
            for (int i = 0; i < data.length; i++) {
                data[i] = (byte) (i * 7);
            }
        }

        @Override
        public long getAsLong() {
            int crc = -1;
            for (byte one : data) {
                crc = crc >>> 8 ^ table[(crc ^ one) & 255];
            }
            return crc;
        }
    }

    /** Lambdas within a stream of the JDK. */
    public static final class Streams implements LongSupplier {
        @Override
        public long getAsLong() {
            return LongStream.range(0, 20_000)
                    .filter(value -> value % 3 != 0)
                    .map(value -> value * value)
                    .sum();
        }
    }

    /** Handlers, and what runs in any case, in a loop. */
    public static final class Handlers implements LongSupplier {
        private final String[] texts = {"1", "22", "x", "333", "4444", "55", "666", "7"};

        @Override
        public long getAsLong() {
            long sum = 0;
            for (int i = 0; i < 2_000; i++) {
                try {
                    sum += value(texts[i % texts.length]);
                } catch (IllegalArgumentException e) {
                    sum--;
                } finally {
                    sum++;
                }
            }
            return sum;
        }

        private final IllegalArgumentException notANumber = new IllegalArgumentException("no number");

        private int value(String text) {
            int value = 0;
            for (int i = 0; i < text.length(); i++) {
                int digit = text.charAt(i) - '0';
                if (digit > 9) {
                    throw notANumber;
                }
                value = value * 10 + digit;
            }
            return value;
        }
    }

    /** A monitor taken at every step, and a handler inside of it. */
    public static final class Monitors implements LongSupplier {
        private final Object lock = new Object();
        private long sum;

        @Override
        public long getAsLong() {
            for (int i = 0; i < 10_000; i++) {
                synchronized (lock) {
                    try {
                        sum += Math.floorMod(i, 7);
                    } catch (ArithmeticException e) {
                        sum--;
                    }
                }
            }
            synchronized (lock) {
                return sum;
            }
        }
    }
}
