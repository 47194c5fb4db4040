package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Mutated texts: each is read, or refused at a place within it; none takes forever, throws, or leaves memory behind. {@code
 * -Despalier.inputs=10000000} reads that many in each notation, and {@code -Despalier.seed=} a number the same ones again.
 */
final class ReaderFuzzTest {
    private static final int INPUTS = Integer.getInteger("espalier.inputs", 20_000);
    private static final long SEED = Long.getLong("espalier.seed", System.nanoTime());

    /** Memory is compared and progress is told this often. */
    private static final int ROUNDS = 10;

    /** Far more than the garbage collector's own bookkeeping varies by, far less than a leak of one input in a thousand. */
    private static final long SLACK = 16 << 20;

    /** Generous for some thousand reads of a few hundred characters each. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final int BATCH = 10_000;

    private static final String XML = """
            <?xml version="1.0"?>
            <!-- all there is -->
            <config a="1" b='&quot;2&#x33;'>
              <start name="größe"><![CDATA[ <raw> ]]>&lt;text&gt;</start>
              <empty/>
            </config>
            """;

    private static final String HID = """
            config | a: 1 | . all
            . there is
            + start größe | caps: 100 | + empty
            |               ram:  8M
            | + arg -c
            |   : text | more
            |   :
            x start none | + b
            + c | | + d | x: y
            -
            """;

    private static final List<String> PIECES = List.of(
            "",
            "<",
            ">",
            "/",
            "&",
            ";",
            "\"",
            "'",
            "=",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?xml ",
            "?>",
            "</",
            "/>",
            "&#x",
            "<a",
            " ",
            "  ",
            "\n",
            "\r",
            "\r\n",
            "\t",
            "\0",
            "\uD83C",
            "\uDF33",
            "x",
            "x ",
            "+ ",
            "\n+ ",
            "|",
            " | ",
            ": ",
            "a: ",
            ":",
            ". ",
            ".",
            "-",
            "\n-",
            "\n-\n",
            "config");

    @ParameterizedTest
    @EnumSource
    void mutatedTextsAreReadOrRefusedAndNothingElse(Notation notation) {
        long before = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int end = (int) ((long) INPUTS * (round + 1) / ROUNDS);
            for (int from = (int) ((long) INPUTS * round / ROUNDS); from < end; from += BATCH) {
                int first = from;
                int last = Math.min(end, from + BATCH);
                assertTimeoutPreemptively(
                        PATIENCE,
                        () -> check(notation, ReaderFuzzTest::checkReading, first, last),
                        () -> "inputs " + first + " to " + last + " of seed " + SEED);
            }
            long used = used();
            if (round == 0) {
                before = used;
            }
            System.out.printf("%s: %d inputs, %d KiB in use%n", notation, end, used >> 10);
            assertThat(used)
                    .as("bytes in use after %s inputs of seed %s", end, SEED)
                    .isLessThan(before + SLACK);
        }
    }

    /** Comments and disabled nodes are written between the nodes; none may change the tree. A tenth of the inputs is enough. */
    @ParameterizedTest
    @EnumSource
    void mutatedTextsAreConvertedToTheSameTree(Notation notation) {
        for (int from = 0; from < INPUTS / ROUNDS; from += BATCH) {
            int first = from;
            int last = Math.min(INPUTS / ROUNDS, from + BATCH);
            assertTimeoutPreemptively(PATIENCE, () -> check(notation, ReaderFuzzTest::checkConversion, first, last));
        }
    }

    private static void check(Notation notation, BiConsumer<Notation, String> rule, int from, int to) {
        for (int input = from; input < to; input++) {
            String text = mutated(notation == Notation.XML ? XML : HID, new SplittableRandom(SEED + input));
            try {
                rule.accept(notation, text);
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                throw new AssertionError(
                        "Input " + input + " fails; -Despalier.seed=" + (SEED + input) + " makes it the first:\n"
                                + text,
                        e);
            }
        }
    }

    private static void checkReading(Notation notation, String text) {
        Function<String, ReadResult> reader = notation == Notation.XML
                ? each -> XmlReader.read("config", each)
                : each -> HidReader.read("config", each);
        switch (reader.apply(text)) {
            case ReadResult.Parsed(Node root) -> {
                WriteResult written = notation.write(root, Remarks.dropped());
                if (!(written instanceof WriteResult.Written(String again))
                        || !(reader.apply(again) instanceof ReadResult.Parsed(Node same))
                        || !root.sameContent(same)) {
                    throw new AssertionError("written as " + written);
                }
            }
            case ReadResult.Malformed(Position position, String message) -> {
                if (!isInside(position, text)) {
                    throw new AssertionError(position + ": " + message + " is not inside");
                }
            }
        }
    }

    private static void checkConversion(Notation notation, String text) {
        if (ConfigReader.read("config", text) instanceof ReadResult.Parsed(Node root)) {
            for (Notation to : Notation.values()) {
                WriteResult converted = Conversion.convert("config", text.getBytes(StandardCharsets.UTF_8), to);
                boolean same = switch (converted) {
                    case WriteResult.Written(String again) ->
                        ConfigReader.read("config", again) instanceof ReadResult.Parsed(Node other)
                                && root.sameContent(other);
                    case WriteResult.Refused refused -> notation == Notation.XML && to == Notation.HID;
                };
                if (!same) {
                    throw new AssertionError("converted to " + converted);
                }
            }
        }
    }

    private static boolean isInside(Position position, String text) {
        String[] lines = text.split("\r\n|\r|\n", -1);
        return position.line() <= lines.length && position.column() <= lines[position.line() - 1].length() + 1;
    }

    private static String mutated(String valid, SplittableRandom random) {
        StringBuilder text = new StringBuilder(valid);
        do {
            int from = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), from + random.nextInt(4));
            String piece = random.nextInt(8) == 0 && text.length() < 4_000
                    ? text.substring(
                            random.nextInt(text.length() + 1) / 2,
                            text.length() / 2 + random.nextInt(text.length() + 1) / 2)
                    : PIECES.get(random.nextInt(PIECES.size()));
            text.replace(from, to, piece);
        } while (random.nextInt(4) > 0 && text.length() > 0);
        return text.toString();
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
