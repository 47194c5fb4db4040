package org.espalier.base.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.espalier.base.processor.WireType.Choice;
import org.espalier.base.processor.WireType.Composite;
import org.espalier.base.processor.WireType.Constants;
import org.espalier.base.processor.WireType.Field;
import org.espalier.base.processor.WireType.Product;
import org.espalier.base.processor.WireType.Scalar;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The C header of a service reads what the layout admits and nothing else, and writes the same again to the byte: random messages,
 * right ones and damaged ones, against a reader of layouts that is written here from their documentation.
 */
class HeaderTest {
    private static final Path GCC = Path.of("/usr/bin/gcc");
    private static final List<String> OPTIONS = List.of(
            "-std=c11",
            "-O1",
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Werror",
            "-fsanitize=undefined",
            "-fno-sanitize-recover");
    private static final int MESSAGES = 20_000;

    @TempDir
    private static Path folder;

    private static final Reading READING = new Reading();
    private static Compilation compiled;
    private static Service service;

    /** Reads the service as the processor does, and keeps it. */
    @SupportedAnnotationTypes(Contract.RPC)
    private static final class Reading extends AbstractProcessor {
        private final List<Service> services = new ArrayList<>();

        @Override
        public SourceVersion getSupportedSourceVersion() {
            return SourceVersion.latestSupported();
        }

        @Override
        public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
            annotations.stream()
                    .flatMap(annotation -> round.getElementsAnnotatedWith(annotation).stream())
                    .map(TypeElement.class::cast)
                    .map(type ->
                            ServiceReader.read(processingEnv.getElementUtils(), processingEnv.getTypeUtils(), type))
                    .forEach(read -> services.add(((ServiceReader.Complete) read).service()));
            return false;
        }
    }

    /** A message of the operation {@code number}, or the reply to it. */
    private record Wire(int number, boolean reply, ByteBuffer content, List<Integer> capabilities) {
        byte[] bytes() {
            byte[] bytes = new byte[content.remaining()];
            content.duplicate().get(bytes);
            return bytes;
        }

        List<WireType> types() {
            Service.Operation operation = service.operations().get(number);
            return reply
                    ? List.of(operation.result())
                    : operation.parameters().stream().map(Field::type).toList();
        }
    }

    @BeforeAll
    static void compile() throws IOException, InterruptedException {
        assumeThat(Files.isExecutable(GCC)).as("a compiler for C").isTrue();
        Compilation api = Compilation.ofApi(folder);
        String everything = Compilation.fixture("Everything.java");
        compiled = Compilation.of(api, Files.createDirectory(folder.resolve("out")), everything);
        Compilation.of(READING, api, Files.createDirectory(folder.resolve("read")), everything);
        service = READING.services.getFirst();
        Files.writeString(folder.resolve("main.c"), program());
        List<String> command = new ArrayList<>(List.of(GCC.toString()));
        command.addAll(OPTIONS);
        command.addAll(List.of(
                "-I" + Path.of("..", "..", "native", "include").toAbsolutePath(),
                "-I" + folder.resolve("out/META-INF/espalier/c"),
                "-o",
                folder.resolve("main").toString(),
                folder.resolve("main.c").toString()));
        Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(gcc.waitFor()).isZero();
    }

    /** Reads messages, each with its operation; answers each with whether it is right, and with what is written again. */
    private static String program() {
        StringBuilder cases = new StringBuilder();
        for (Service.Operation operation : service.operations()) {
            // The second one of the same name has a number, as the header says.
            boolean second = service.operations().stream()
                    .anyMatch(other ->
                            other.number() < operation.number() && other.name().equals(operation.name()));
            String name = "Every_thing_1_0_" + operation.name() + (second ? "_2" : "");
            for (String part : List.of("request", "reply")) {
                cases.append("""
                        case %d: {
                            struct %2$s__%3$s value;
                            good = %2$s__%3$s__get(&in, &value);
                            if (good) %2$s__%3$s__put(&out, &value);
                            break;
                        }
                        """.formatted(2 * operation.number() + (part.equals("reply") ? 1 : 0), name, part));
            }
        }
        return """
                #include <stdio.h>
                #include <Every-thing_1.0.h>
                static struct espalier_message in, out;
                int main(void) {
                    uint32_t head[3];
                    while (fread(head, sizeof head, 1, stdin) == 1) {
                        espalier_begin(&in, head[0] / 2);
                        in.length = head[1];
                        in.capability_count = head[2];
                        if (fread(in.bytes, 1, in.length, stdin) != in.length
                            || fread(in.capabilities, 4, in.capability_count, stdin) != in.capability_count) return 1;
                        bool good = false;
                        switch (head[0]) {
                %s
                        default: return 2;
                        }
                        uint32_t answer[3] = {good, good ? out.length : 0, good ? out.capability_count : 0};
                        fwrite(answer, sizeof answer, 1, stdout);
                        fwrite(out.bytes, 1, answer[1], stdout);
                        fwrite(out.capabilities, 4, answer[2], stdout);
                    }
                    return 0;
                }
                """.formatted(cases);
    }

    // ---- right messages

    private static void write(WireType type, Random random, ByteBuffer bytes, List<Integer> capabilities) {
        switch (type) {
            case Scalar.DONE -> {}
            case Scalar.BOOLEAN -> bytes.put((byte) random.nextInt(2));
            case Scalar.STRING -> {
                int[] characters = random.ints(random.nextInt(6), 1, 0x30000)
                        .filter(one -> one < 0xd800 || one > 0xdfff)
                        .toArray();
                byte[] text = new String(characters, 0, characters.length).getBytes(StandardCharsets.UTF_8);
                bytes.putInt(text.length).put(text);
            }
            case Scalar.BYTES -> {
                byte[] content = new byte[random.nextInt(20)];
                random.nextBytes(content);
                bytes.putInt(content.length).put(content);
            }
            case Scalar scalar -> {
                byte[] content = new byte[(int) scalar.minimum()];
                random.nextBytes(content);
                bytes.put(content);
            }
            case WireType.Cap _ -> {
                boolean there = random.nextBoolean();
                bytes.put((byte) (there ? 1 : 0));
                if (there) {
                    capabilities.add(1 + random.nextInt(1000));
                }
            }
            case Constants(var _, List<String> names) -> bytes.putInt(random.nextInt(names.size()));
            case Product(var _, List<Field> components) ->
                components.forEach(field -> write(field.type(), random, bytes, capabilities));
            case Choice(var _, List<Composite> cases) -> {
                int number = random.nextInt(cases.size());
                bytes.putInt(number);
                write(cases.get(number), random, bytes, capabilities);
            }
        }
    }

    private static Wire right(Random random) {
        int number = random.nextInt(service.operations().size());
        Wire empty = new Wire(number, random.nextBoolean(), ByteBuffer.allocate(0), List.of());
        ByteBuffer bytes = ByteBuffer.allocate(Contract.MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> capabilities = new ArrayList<>();
        empty.types().forEach(type -> write(type, random, bytes, capabilities));
        return new Wire(
                number, empty.reply, ByteBuffer.wrap(Arrays.copyOf(bytes.array(), bytes.position())), capabilities);
    }

    // ---- damaged ones

    private static Wire damaged(Random random) {
        Wire wire = right(random);
        byte[] bytes = wire.bytes();
        List<Integer> capabilities = new ArrayList<>(wire.capabilities);
        switch (random.nextInt(4)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 1 -> bytes = Arrays.copyOf(bytes, Math.min(bytes.length + random.nextInt(9), Contract.MAX_BYTES));
            case 2 -> {
                for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
            }
            default -> {
                if (capabilities.isEmpty() || (random.nextBoolean() && capabilities.size() < Contract.MAX_CAPS)) {
                    capabilities.add(7);
                } else {
                    capabilities.removeLast();
                }
            }
        }
        return new Wire(wire.number, wire.reply, ByteBuffer.wrap(bytes), capabilities);
    }

    /** Whether what follows in {@code bytes} is a value of the type; as many capabilities as it brings are taken from the list. */
    private static boolean reads(WireType type, ByteBuffer bytes, List<Integer> capabilities) {
        if (bytes.remaining() < (type instanceof Choice ? 4 : type.minimum())) {
            return false;
        }
        return switch (type) {
            case Scalar.BOOLEAN -> (bytes.get() & 0xfe) == 0;
            case Scalar.STRING, Scalar.BYTES -> {
                int length = bytes.getInt();
                if (length < 0 || length > bytes.remaining()) {
                    yield false;
                }
                byte[] content = new byte[length];
                bytes.get(content);
                yield type == Scalar.BYTES || isText(content);
            }
            case Scalar scalar -> {
                bytes.position(bytes.position() + (int) scalar.minimum());
                yield true;
            }
            case WireType.Cap _ -> {
                byte there = bytes.get();
                if (there == 1 && !capabilities.isEmpty()) {
                    capabilities.removeFirst();
                    yield true;
                }
                yield there == 0;
            }
            case Constants(var _, List<String> names) -> Integer.compareUnsigned(bytes.getInt(), names.size()) < 0;
            case Product(var _, List<Field> components) ->
                components.stream().allMatch(field -> reads(field.type(), bytes, capabilities));
            case Choice(var _, List<Composite> cases) -> {
                int number = bytes.getInt();
                yield number >= 0 && number < cases.size() && reads(cases.get(number), bytes, capabilities);
            }
        };
    }

    private static boolean isText(byte[] content) {
        try {
            var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }

    private static boolean isRight(Wire wire) {
        ByteBuffer bytes = ByteBuffer.wrap(wire.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> capabilities = new ArrayList<>(wire.capabilities);
        return wire.types().stream().allMatch(type -> reads(type, bytes, capabilities))
                && !bytes.hasRemaining()
                && capabilities.isEmpty();
    }

    @Test
    void whatTheLayoutAdmitsIsReadAndWrittenAgainAndNothingElseIs() throws IOException, InterruptedException {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("espalier.seed=" + seed);
        Random random = new Random(seed);
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            wires.add(i % 2 == 0 ? right(random) : damaged(random));
        }
        assertThat(wires.stream().filter(wire -> !isRight(wire)).count()).isGreaterThan(MESSAGES / 8);
        Path input = folder.resolve("input");
        ByteBuffer all =
                ByteBuffer.allocate(MESSAGES * (Contract.MAX_BYTES + 24)).order(ByteOrder.LITTLE_ENDIAN);
        for (Wire wire : wires) {
            all.putInt(2 * wire.number + (wire.reply ? 1 : 0)).putInt(wire.bytes().length);
            all.putInt(wire.capabilities.size()).put(wire.bytes());
            wire.capabilities.forEach(all::putInt);
        }
        Files.write(input, Arrays.copyOf(all.array(), all.position()));
        Process process = new ProcessBuilder(folder.resolve("main").toString())
                .redirectInput(input.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        ByteBuffer answers = ByteBuffer.wrap(output).order(ByteOrder.LITTLE_ENDIAN);
        for (Wire wire : wires) {
            boolean good = answers.getInt() == 1;
            byte[] bytes = new byte[answers.getInt()];
            int capabilities = answers.getInt();
            answers.get(bytes);
            List<Integer> carried = new ArrayList<>();
            for (int i = 0; i < capabilities; i++) {
                carried.add(answers.getInt());
            }
            String what = (wire.reply ? "reply to " : "request of ")
                    + service.operations().get(wire.number).name() + " " + Arrays.toString(wire.bytes()) + " "
                    + wire.capabilities;
            assertThat(good).as(what).isEqualTo(isRight(wire));
            if (good) {
                assertThat(bytes).as(what).isEqualTo(wire.bytes());
                assertThat(carried).as(what).isEqualTo(wire.capabilities);
            }
        }
        assertThat(answers.hasRemaining()).isFalse();
    }

    @Test
    void theHeaderOfAServiceIsWrittenAsExpected() throws IOException {
        Compilation weather = Compilation.of(
                Compilation.ofApi(Files.createDirectory(folder.resolve("weather"))),
                Files.createDirectory(folder.resolve("weather-out")),
                Compilation.fixture("Weather.java"));
        assertThat(weather.text("META-INF/espalier/c/Weather.h")).isEqualTo(Compilation.fixture("Weather.h"));
        assertThat(compiled.text("META-INF/espalier/c/Every-thing_1.0.h")).doesNotContain("\r");
    }
}
