package org.espalier.base.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layout hash and its documentation: what changes them, and what does not. */
class LayoutTest {
    private static final Pattern HASH = Pattern.compile("super\\(\"[^\"]*\", 0x([0-9a-f]{16})L\\);");
    private static final String WEATHER = Compilation.fixture("Weather.java");

    @TempDir
    private static Path folder;

    private static Compilation api;

    @BeforeAll
    static void compileApi() {
        api = Compilation.ofApi(folder);
        assertThat(api.errors()).isEmpty();
    }

    private static Compilation compile(String... sources) throws IOException {
        return Compilation.of(api, Files.createTempDirectory(folder, "out"), sources)
                .clean();
    }

    private static String hash(String source) throws IOException {
        Matcher inPackage = Pattern.compile("package ([\\w.]+);").matcher(source);
        assertThat(inPackage.find()).isTrue();
        Matcher hash = HASH.matcher(compile(source).text(inPackage.group(1).replace('.', '/') + "/WeatherRpc.java"));
        assertThat(hash.find()).isTrue();
        return hash.group(1);
    }

    private static String changed(String from, String to) {
        assertThat(WEATHER).contains(from);
        return WEATHER.replace(from, to);
    }

    @Test
    void documentIsWrittenAsExpected() throws IOException {
        String document = compile(WEATHER).text("META-INF/espalier/wire/Weather.txt");
        assertThat(document).isEqualTo(Compilation.fixture("Weather.txt"));
        assertThat(document).doesNotContain("org.espalier", "\r");
    }

    @Test
    void hashIsTheStartOfTheDigestOfTheCanonicalText() throws Exception {
        String document = Compilation.fixture("Weather.txt");
        String marker = "The layout is the start of the SHA-256 of this text:\n\n";
        String canonical =
                document.substring(document.indexOf(marker) + marker.length()).replaceAll("(?m)^  ", "");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
        assertThat(hash(WEATHER))
                .isEqualTo("%016x".formatted(ByteBuffer.wrap(digest).getLong()));
    }

    @Test
    void typeKnowsItsNameAndHash() throws Exception {
        Compilation weather = compile(WEATHER);
        Object type = weather.load(api, "org.espalier.fixture.WeatherRpc")
                .getField("TYPE")
                .get(null);
        Class<?> rpcType = type.getClass().getSuperclass();
        assertThat(rpcType.getMethod("name").invoke(type)).isEqualTo("Weather");
        assertThat(rpcType.getMethod("layout").invoke(type)).isEqualTo(Long.parseUnsignedLong(hash(WEATHER), 16));
    }

    @Test
    void everyStructuralChangeChangesTheHash() throws IOException {
        List<String> changes = List.of(
                changed("@Rpc(\"Weather\")", "@Rpc(\"Weather2\")"),
                changed("report(", "tell("),
                changed("Result<Done> report", "Result<Long> report"),
                changed("Kind kind, String place", "String place, Kind kind"),
                changed("long since", "double since"),
                changed("SUN, RAIN", "RAIN, SUN"),
                changed("SUN, RAIN", "SUN, RAIN, SNOW"),
                changed("RAIN", "HAIL"),
                changed("float degrees", "float celsius"),
                changed("float degrees, Kind kind", "Kind kind, float degrees"),
                changed("float degrees, Kind kind", "float degrees"),
                changed("Calm", "Still"),
                changed("permits Calm, Storm", "permits Storm, Calm"),
                changed("Capability<Weather> other", "Capability<Done> other"),
                changed("Capability<Weather> other", "Capability<?> other"),
                changed("    Result<Wind> wind();", ""),
                changed("    Result<Wind> wind();", "    Result<Done> another(); Result<Wind> wind();"),
                changed("    Result<Wind> wind();", "    Result<Wind> wind(); Result<Done> another();"));
        Set<String> hashes = new HashSet<>(Set.of(hash(WEATHER)));
        for (String change : changes) {
            assertThat(hashes.add(hash(change))).as(change).isTrue();
        }
    }

    @Test
    void namesThatAreNotOnTheWireDoNotChangeTheHash() throws IOException {
        List<String> changes = List.of(
                changed("String place", "String station"),
                changed("package org.espalier.fixture;", "package net.example.other;"),
                changed("Kind", "Sort"),
                changed("Reading", "Measurement"),
                changed("Result<Wind> wind();", "Result<Wind> wind(); static void help() {} default void more() {}"));
        for (String change : changes) {
            assertThat(hash(change)).as(change).isEqualTo(hash(WEATHER));
        }
    }

    @Test
    void sameSourceGivesTheSameFiles() throws IOException {
        Compilation one = compile(WEATHER);
        Compilation two = compile(WEATHER);
        for (String file : List.of("META-INF/espalier/wire/Weather.txt", "org/espalier/fixture/WeatherRpc.java")) {
            assertThat(one.text(file)).isEqualTo(two.text(file));
        }
    }

    @Test
    void nestedInterfaceGetsAClassOfItsPackage() throws IOException {
        Compilation nested = compile("""
                package p;

                import org.espalier.base.*;

                class Outer {
                    @Rpc("Weather")
                    interface Weather {
                        Result<Done> report(String place);
                    }
                }
                """);
        assertThat(nested.text("p/WeatherRpc.java"))
                .contains("\nfinal class WeatherRpc {", "RpcType<Outer.Weather> TYPE");
    }

    @Test
    void namesOfTheUserDoNotCollideWithThoseOfGeneratedCode() throws IOException {
        compile(
                """
                package p;

                import org.espalier.base.Rpc;
                import org.espalier.base.Done;

                @Rpc("Weather")
                public interface Weather {
                    record Result(int value) {}

                    record Stub(Message message) {}

                    @Deprecated
                    enum Type { A }

                    enum TYPE { B }

                    org.espalier.base.Result<Result> get(Stub stub, Type a, TYPE b, Message c, q.Message d, Override e);

                    org.espalier.base.Result<Done> set(String p, String java, org.espalier.base.Failure failure);
                }
                """,
                "package p; public record Message(int p) {}",
                "package p; public enum Override { P }",
                "package q; public record Message(String q) {}");
    }

    @Test
    void operationsMayBearTheNamesOfHelpers() throws IOException {
        compile("""
                package p;

                import org.espalier.base.*;

                @Rpc("Weather")
                public interface Weather {
                    record Reading(int value) {}

                    Result<Done> putReading(Reading reading);

                    Result<Reading> getReading(long at);

                    Result<Reading> malformed(Reading reading);

                    Result<Done> refuse(int word);
                }
                """);
    }

    @Test
    void interfaceMayBeInThePackageOfTheContractItself() throws IOException {
        assertThat(compile("""
                                package org.espalier.base;

                                @Rpc("Timer")
                                public interface Timer {
                                    Result<Long> now(Capability<Timer> timer);
                                }
                                """).text("org/espalier/base/TimerRpc.java")).doesNotContain("import ");
    }

    @Test
    void interfaceWaitsForAClassThatIsStillToBeGenerated() throws IOException {
        String other = "package p; @org.espalier.base.Rpc(\"Other\") public interface Other {}";
        assertThat(compile("""
                                package p;

                                import org.espalier.base.*;

                                @Rpc("Weather")
                                public interface Weather {
                                    Result<Done> pass(Capability<OtherRpc> capability);
                                }
                                """, other).text("META-INF/espalier/wire/Weather.txt"))
                .contains("capability: OtherRpc");
    }
}
