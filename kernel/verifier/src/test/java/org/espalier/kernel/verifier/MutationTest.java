package org.espalier.kernel.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.espalier.testkit.Compiled;
import org.junit.jupiter.api.Test;

/**
 * Damaged class files: the verifier answers with a verdict, soon, and throws nothing. {@code -Despalier.seed=} repeats a run,
 * {@code -Despalier.inputs=} makes it longer.
 */
final class MutationTest {
    private static final int INPUTS = Integer.getInteger("espalier.inputs", 1000);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Map<String, byte[]> sound() {
        return Compiled.classes("""
                import java.util.*;
                class Guest {
                    enum Colour { RED, GREEN }
                    record Pair(String a, long b) {}
                    static synchronized Object run(Object o, int n) throws Exception {
                        try {
                            synchronized (o) { n++; }
                            switch (n) { case 1: case 2: n = 5; break; case 900: n = 6; break; default: n = 7; }
                            return switch (o) {
                                case Colour.RED -> new int[n][3];
                                case Pair(String a, long b) -> a + b;
                                case String s -> (Runnable) () -> System.exit(s.length());
                                default -> List.of(o, Guest.class);
                            };
                        } finally {
                            System.out.println(n);
                        }
                    }
                }
                """);
    }

    @Test
    void whateverTheFileTheAnswerIsAVerdict() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        Map<String, byte[]> sound = sound();
        Verifier verifier = Verifier.forThisJdk();
        for (int input = 0; input < INPUTS; input++) {
            Random random = new Random(seed + input);
            Map<String, byte[]> damaged = new LinkedHashMap<>();
            sound.forEach((name, file) -> damaged.put(name, damage(file, random)));
            Verdict verdict = assertTimeoutPreemptively(
                    PATIENCE,
                    () -> verifier.verify(Guests.jar(damaged)),
                    "it takes too long with -Despalier.seed=" + (seed + input));
            assertThat(verdict.classes()).as("-Despalier.seed=%d", seed + input).isEqualTo(sound.size());
        }
    }

    private static byte[] damage(byte[] sound, Random random) {
        byte[] file = sound.clone();
        int times = random.nextInt(4);
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(8, file.length);
            switch (random.nextInt(4)) {
                case 0 -> file[at] = (byte) random.nextInt();
                case 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> file[at] = (byte) (random.nextBoolean() ? 0xff : 0);
                default -> {
                    int length = Math.min(random.nextInt(1, 12), file.length - at);
                    System.arraycopy(file, random.nextInt(file.length - length), file, at, length);
                }
            }
        }
        return random.nextInt(20) == 0 ? java.util.Arrays.copyOf(file, random.nextInt(file.length)) : file;
    }
}
