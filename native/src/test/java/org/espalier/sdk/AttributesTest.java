package org.espalier.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the reader of configurations in Java takes for XML, the one in C reads in the same way; neither reads beyond the text. */
@Timeout(300)
class AttributesTest {
    private static final int TEXTS = 20_000;
    private static final String[] PIECES = {
        "<",
        ">",
        "/>",
        "</",
        "config",
        "wanted",
        "other",
        "=",
        "\"",
        "'",
        " ",
        "\n",
        "&lt;",
        "&amp;",
        "&#x20AC;",
        "&#10;",
        "&",
        "<!--",
        "-->",
        "<?xml version=\"1.0\"?>",
        "ü",
        "42",
        "wanted=\"yes\"",
        "wanted='a&quot;b'",
        " other=\"1\" ",
        "<config ",
        "<child/>",
        "</config>"
    };

    @TempDir
    private static Path folder;

    private static Path program;

    @BeforeAll
    static void compile() {
        Programs.assumeCompiler();
        program = Programs.compile(folder, "attributes", "src/test/c/attributes.c", "sdk/config.c", "sdk/text.c");
    }

    /** What the program says of a text. */
    private record Answer(boolean xml, boolean found, String value) {}

    private static List<Answer> ask(List<byte[]> texts) throws Exception {
        ByteBuffer input = ByteBuffer.allocate(
                        texts.stream().mapToInt(text -> 4 + text.length).sum())
                .order(ByteOrder.LITTLE_ENDIAN);
        texts.forEach(text -> input.putInt(text.length).put(text));
        Path file = Files.write(folder.resolve("texts"), input.array());
        Process process = new ProcessBuilder(program.toString())
                .redirectInput(file.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ByteBuffer output =
                ByteBuffer.wrap(process.getInputStream().readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(process.waitFor()).isZero();
        List<Answer> answers = new ArrayList<>();
        while (output.hasRemaining()) {
            boolean xml = output.getInt() != 0;
            boolean found = output.getInt() != 0;
            byte[] value = new byte[output.getInt()];
            output.get(value);
            answers.add(new Answer(xml, found, new String(value, StandardCharsets.UTF_8)));
        }
        return answers;
    }

    private static byte[] text(Random random) {
        StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "" : "<config ");
        for (int i = random.nextInt(9); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        text.append(random.nextInt(3) == 0 ? "" : "/>");
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    @Test
    void attributesAreWhatTheReaderInJavaSays() throws Exception {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("espalier.seed=" + seed);
        Random random = new Random(seed);
        List<byte[]> texts = new ArrayList<>();
        for (int i = 0; i < TEXTS; i++) {
            texts.add(text(random));
        }
        List<Answer> answers = ask(texts);
        int compared = 0;
        for (int i = 0; i < TEXTS; i++) {
            String text = new String(texts.get(i), StandardCharsets.UTF_8);
            if (text.stripLeading().startsWith("<")
                    && ConfigReader.read("text", texts.get(i)) instanceof ReadResult.Parsed(Node root)) {
                String value = root.string("wanted", "");
                assertThat(answers.get(i)).as("%s", text).isEqualTo(new Answer(true, root.has("wanted"), value));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(TEXTS / 50);
    }

    @Test
    void whatDoesNotFitOrIsTwiceThereIsNotFound() throws Exception {
        List<Answer> answers = ask(List.of(
                ("<config wanted=\"" + "a".repeat(64) + "\"/>").getBytes(StandardCharsets.UTF_8),
                ("<config wanted=\"" + "a".repeat(65) + "\"/>").getBytes(StandardCharsets.UTF_8),
                "<config wanted=\"1\" wanted=\"2\"/>".getBytes(StandardCharsets.UTF_8),
                "<config wanted=\"&#0;\"/>".getBytes(StandardCharsets.UTF_8),
                "<config wanted=\"&#xD800;\"/>".getBytes(StandardCharsets.UTF_8),
                "config wanted: 1\n-\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(answers)
                .containsExactly(
                        new Answer(true, true, "a".repeat(64)),
                        new Answer(true, false, ""),
                        new Answer(true, false, ""),
                        new Answer(false, false, ""),
                        new Answer(false, false, ""),
                        new Answer(false, false, ""));
    }
}
