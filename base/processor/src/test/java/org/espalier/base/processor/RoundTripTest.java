package org.espalier.base.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Generated code at work: the tests are in the fixture {@code RoundTrips}, compiled with the code that they test. */
class RoundTripTest {
    @TempDir
    private static Path folder;

    private static Compilation api;
    private static Compilation compiled;

    @BeforeAll
    static void compile() throws Exception {
        api = Compilation.ofApi(folder);
        assertThat(api.errors()).isEmpty();
        compiled = Compilation.of(
                api,
                Files.createDirectory(folder.resolve("out")),
                Compilation.fixture("Everything.java"),
                Compilation.fixture("Echo.java"),
                Compilation.fixture("LoopBack.java"),
                Compilation.fixture("RoundTrips.java"));
    }

    @Test
    void generatedCodeCompilesWithEveryLint() {
        compiled.clean();
    }

    @TestFactory
    Stream<DynamicTest> roundTrips() {
        Class<?> fixture = compiled.clean().load(api, "org.espalier.fixture.RoundTrips");
        return Stream.of(fixture.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> run(fixture, method)));
    }

    private static void run(Class<?> fixture, Method method) throws Throwable {
        try {
            method.invoke(fixture.getConstructor().newInstance());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Test
    void limitsAreThoseOfTheMessage() throws Exception {
        Class<?> message = compiled.load(api, "org.espalier.base.Message");
        assertThat(message.getField("MAX_BYTES").getInt(null)).isEqualTo(Contract.MAX_BYTES);
        assertThat(message.getField("MAX_CAPS").getInt(null)).isEqualTo(Contract.MAX_CAPS);
    }

    @Test
    void generatedClassNamesOnlyBaseAndTheLanguage() {
        assertThat(compiled.text("org/espalier/fixture/EverythingRpc.java")
                        .lines()
                        .filter(line -> line.startsWith("import "))
                        .filter(line -> !line.startsWith("import org.espalier.base.")))
                .isEmpty();
    }
}
