package org.espalier.base.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that cannot travel, with the exact words in which it is refused and the place that they point at. */
class RefusalTest {
    private static final String NEITHER =
            " is neither a primitive, enum, String, byte[], record, sealed result nor Capability";

    @TempDir
    private static Path folder;

    private static Compilation api;

    @BeforeAll
    static void compileApi() {
        api = Compilation.ofApi(folder);
        assertThat(api.errors()).isEmpty();
    }

    private static Compilation compile(String... sources) throws IOException {
        return Compilation.of(api, Files.createTempDirectory(folder, "out"), sources);
    }

    /** Compiles the interface {@code Weather} with these members. */
    private static Compilation weather(String members) throws IOException {
        return compile("""
                package p;

                import java.util.*;
                import org.espalier.base.*;

                @Rpc("Weather")
                public interface Weather {
                    %s
                }
                """.formatted(members));
    }

    private static void assertRefused(String members, String... errors) throws IOException {
        assertThat(weather(members).errors()).containsExactly(errors);
    }

    private static void assertParameterRefused(String type, String written) throws IOException {
        assertRefused(
                "Result<Done> report(int before, " + type + " tags);",
                "tags: parameter ‘tags’ of Weather.report cannot travel: " + written);
    }

    @Test
    void typesThatHaveNoLayoutAreRefusedAtTheParameter() throws IOException {
        assertParameterRefused("List<String>", "java.util.List<java.lang.String>" + NEITHER);
        assertParameterRefused("Optional<String>", "java.util.Optional<java.lang.String>" + NEITHER);
        assertParameterRefused("Object", "java.lang.Object" + NEITHER);
        assertParameterRefused("Thread", "java.lang.Thread" + NEITHER);
        assertParameterRefused("Runnable", "java.lang.Runnable" + NEITHER);
        assertParameterRefused("CharSequence", "java.lang.CharSequence" + NEITHER);
        assertParameterRefused("Throwable", "java.lang.Throwable" + NEITHER);
        assertParameterRefused("Weather", "p.Weather" + NEITHER);
    }

    @Test
    void boxedTypesAreRefusedExceptAsAWholeResult() throws IOException {
        assertParameterRefused("Long", "java.lang.Long" + NEITHER);
        assertParameterRefused("Boolean", "java.lang.Boolean" + NEITHER);
        assertRefused(
                "record Box(Integer size) {} Result<Box> get();",
                "get: the result of Weather.get cannot travel: its part ‘size’ of type java.lang.Integer" + NEITHER);
    }

    @Test
    void arraysOtherThanOfBytesAreRefused() throws IOException {
        assertParameterRefused("int[]", "int[]" + NEITHER);
        assertParameterRefused("String[]", "java.lang.String[]" + NEITHER);
        assertParameterRefused("byte[][]", "byte[][]" + NEITHER);
        assertParameterRefused("Byte[]", "java.lang.Byte[]" + NEITHER);
    }

    @Test
    void variableArityIsRefused() throws IOException {
        assertParameterRefused("byte...", "it stands for any number of arguments");
        assertParameterRefused("String...", "it stands for any number of arguments");
    }

    @Test
    void nullableIsRefused() throws IOException {
        assertParameterRefused(
                "@org.jspecify.annotations.Nullable String",
                "java.lang.String may be null, and nothing on the wire stands for null");
        assertRefused(
                "Result<@org.jspecify.annotations.Nullable Long> get();",
                "get: the result of Weather.get cannot travel: java.lang.Long may be null, and nothing on the wire stands"
                        + " for null");
    }

    @Test
    void resultInsideOfWhatTravelsIsRefused() throws IOException {
        assertParameterRefused(
                "Result<Done>",
                "org.espalier.base.Result<org.espalier.base.Done> is what an operation returns, and cannot be a part of"
                        + " what travels");
    }

    @Test
    void rawCapabilityIsRefused() throws IOException {
        assertThat(weather("Result<Done> pass(Capability what);").errors())
                .contains(
                        "what: parameter ‘what’ of Weather.pass cannot travel: org.espalier.base.Capability does not say"
                                + " what it is a capability for, Capability<?> for anything");
    }

    @Test
    void partAtFaultIsNamedByItsPath() throws IOException {
        assertRefused(
                """
                record Region(String name, List<String> tags) {}
                record Place(double latitude, Region region) {}
                sealed interface Where {}
                record Known(Place place) implements Where {}
                record Unknown() implements Where {}
                Result<Done> report(Place place);
                Result<Where> where();
                """,
                "place: parameter ‘place’ of Weather.report cannot travel: its part ‘region.tags’ of type"
                        + " java.util.List<java.lang.String>" + NEITHER,
                "where: the result of Weather.where cannot travel: its part ‘Known.place.region.tags’ of type"
                        + " java.util.List<java.lang.String>" + NEITHER);
    }

    @Test
    void everythingAtFaultIsReportedAtOnce() throws IOException {
        assertRefused(
                "Result<Object> a(Object b, Object c); int d();",
                "b: parameter ‘b’ of Weather.a cannot travel: java.lang.Object" + NEITHER,
                "c: parameter ‘c’ of Weather.a cannot travel: java.lang.Object" + NEITHER,
                "a: the result of Weather.a cannot travel: java.lang.Object" + NEITHER,
                "d: Weather.d returns int; an operation returns a Result<T>, because every call can fail");
    }

    @Test
    void typeThatContainsItselfIsRefusedWithTheCycle() throws IOException {
        assertRefused(
                """
                record Root(int id, Node node) {}
                record Node(Next next) {}
                sealed interface Next {}
                record End() implements Next {}
                record More(Node node) implements Next {}
                Result<Done> put(Root root);
                """,
                "root: parameter ‘root’ of Weather.put cannot travel: its part ‘node.next.More.node’ of type p.Weather.Node"
                        + " contains itself (Node -> Next -> More -> Node) and so has no finite layout");
    }

    @Test
    void genericRecordsAndCasesAreRefused() throws IOException {
        assertParameterRefused(
                "Box<String>",
                "p.Weather.Box<java.lang.String> has type parameters, and a layout is written once for all of its values",
                "record Box<T>(T value) {}");
        assertParameterRefused(
                "Either<String>",
                "p.Weather.Either<java.lang.String> has type parameters, and a layout is written once for all of its"
                        + " values",
                "sealed interface Either<T> {} record Left<T>(T value) implements Either<T> {}");
    }

    private static void assertParameterRefused(String type, String written, String declarations) throws IOException {
        assertRefused(
                declarations + "Result<Done> report(" + type + " tags);",
                "tags: parameter ‘tags’ of Weather.report cannot travel: " + written);
    }

    @Test
    void casesThatAreNotRecordsAreRefused() throws IOException {
        String why = " is a case that is neither a record nor a sealed interface of records";
        assertParameterRefused(
                "Shape",
                "its part ‘Blob’ of type p.Weather.Blob" + why,
                "sealed interface Shape {} final class Blob implements Shape {}");
        assertParameterRefused(
                "Shape",
                "its part ‘Open’ of type p.Weather.Open" + why,
                "sealed interface Shape {} non-sealed interface Open extends Shape {}");
        assertParameterRefused(
                "Shape",
                "its part ‘Kind’ of type p.Weather.Kind" + why,
                "sealed interface Shape {} enum Kind implements Shape { A }");
        assertParameterRefused(
                "Shape",
                "p.Weather.Shape" + NEITHER,
                "sealed abstract class Shape {} final class Blob extends Shape {}");
    }

    @Test
    void caseInTwoPlacesIsRefused() throws IOException {
        assertParameterRefused(
                "Shape",
                "p.Weather.Shape has the case Both in two places",
                "sealed interface Shape {} sealed interface Round extends Shape {} record Both() implements Shape, Round {}");
    }

    @Test
    void emptyEnumIsRefused() throws IOException {
        assertParameterRefused("None", "p.Weather.None has no constant", "enum None {}");
    }

    @Test
    void typeThatGeneratedCodeCannotNameIsRefused() throws IOException {
        String hidden = """
                package q;

                import org.espalier.base.*;

                public record Open(Hidden hidden, Capability<? extends Hidden> capability) {}

                record Hidden() {}
                """;
        assertThat(compile(hidden, """
                                package p;

                                import org.espalier.base.*;

                                @Rpc("Weather")
                                public interface Weather {
                                    Result<Done> report(q.Open open);
                                }
                                """).errors())
                .containsExactly(
                        "open: parameter ‘open’ of Weather.report cannot travel: its part ‘hidden’ of type q.Hidden"
                                + " is not accessible from package p");
        assertThat(compile("""
                                package p;

                                import org.espalier.base.*;

                                class Outer {
                                    private interface Secret {}

                                    @Rpc("Weather")
                                    interface Weather {
                                        Result<Done> report(Capability<? extends Secret> secret);
                                    }
                                }
                                """).errors())
                .containsExactly("secret: parameter ‘secret’ of Weather.report cannot travel:"
                        + " org.espalier.base.Capability<? extends p.Outer.Secret> names p.Outer.Secret, which is not"
                        + " accessible from package p");
    }

    @Test
    void resultTypeOtherThanResultIsRefused() throws IOException {
        String why = "; an operation returns a Result<T>, because every call can fail";
        assertRefused("void ping();", "ping: Weather.ping returns void" + why);
        assertRefused("String ping();", "ping: Weather.ping returns java.lang.String" + why);
        assertRefused(
                "Result.Ok<Done> ping();",
                "ping: Weather.ping returns org.espalier.base.Result.Ok<org.espalier.base.Done>" + why);
        assertThat(weather("Result ping();").errors())
                .contains("ping: Weather.ping returns org.espalier.base.Result" + why);
        assertRefused("Result<?> ping();", "ping: the result of Weather.ping cannot travel: ?" + NEITHER);
    }

    @Test
    void typeParametersOfAMethodAreRefused() throws IOException {
        assertRefused(
                "<T> Result<Done> pass(Capability<T> what);",
                "pass: Weather.pass has type parameters, and a layout is written once for all of its calls");
    }

    @Test
    void throwsClauseIsRefused() throws IOException {
        assertRefused(
                "Result<Done> ping() throws java.io.IOException;",
                "ping: Weather.ping declares an exception; what can go wrong is a Failure in its Result");
    }

    @Test
    void methodThatNoClassCanImplementIsRefused() throws IOException {
        assertRefused(
                "Result<Done> clone();",
                "clone: Weather.clone is a method of Object with another result, which no class can implement");
    }

    @Test
    void moreCapabilitiesThanAMessageCarriesAreRefused() throws IOException {
        assertRefused(
                """
                record Pair(Capability<?> left, Capability<?> right) {}
                sealed interface Some {}
                record One(Capability<?> a) implements Some {}
                record Four(Pair left, Pair right) implements Some {}
                Result<Done> give(Pair pair, Capability<?> third, Capability<?> fourth);
                Result<Some> take();
                Result<Pair> fits(Pair pair, Capability<?> third);
                """,
                "give: the parameters of Weather.give: up to 4 capabilities, and a message carries 3",
                "take: the result of Weather.take: up to 4 capabilities, and a message carries 3");
    }

    @Test
    void moreBytesThanAMessageCarriesAreRefused() throws IOException {
        assertRefused("""
                record R8(long a, long b, long c, long d, long e, long f, long g, long h) {}
                record R64(R8 a, R8 b, R8 c, R8 d, R8 e, R8 f, R8 g) {}
                record Full(R64 a, R64 b) {}
                Result<Full> fits(Full full);
                Result<Done> give(Full full, String text);
                """, "give: the parameters of Weather.give: at least 900 bytes, and a message carries 896");
    }

    @Test
    void onlyPlainInterfacesAreAccepted() throws IOException {
        String parents = "; an RPC interface stands alone, because its operations are numbered as declared";
        assertInterfaceRefused("class Weather {}", "@Rpc belongs on an interface, and Weather is none");
        assertInterfaceRefused("record Weather() {}", "@Rpc belongs on an interface, and Weather is none");
        assertInterfaceRefused("enum Weather { SUN }", "@Rpc belongs on an interface, and Weather is none");
        assertInterfaceRefused("@interface Weather {}", "@Rpc belongs on an interface, and Weather is none");
        assertInterfaceRefused(
                "interface Weather<T> {}",
                "Weather has type parameters, and a layout is written once for all of its objects");
        assertInterfaceRefused("interface Weather extends Runnable {}", "Weather extends java.lang.Runnable" + parents);
        assertInterfaceRefused(
                "sealed interface Weather permits Weather.Rain { final class Rain implements Weather {} }",
                "Weather is sealed, and its stub is one more implementation");
    }

    private static void assertInterfaceRefused(String declaration, String error) throws IOException {
        assertThat(compile("package p; @org.espalier.base.Rpc(\"Weather\") " + declaration)
                        .errors())
                .containsExactly(keyword(declaration) + ": " + error);
    }

    /** What the compiler points at: the keyword of a declaration, behind its modifiers. */
    private static String keyword(String declaration) {
        return declaration.replace("@", "").replace("sealed ", "").split(" ", 2)[0];
    }

    @Test
    void interfaceThatItsStubCannotReachIsRefused() throws IOException {
        assertThat(compile("""
                                package p;

                                class Outer {
                                    @org.espalier.base.Rpc("Weather")
                                    private interface Weather {}
                                }
                                """).errors())
                .singleElement()
                .asString()
                .endsWith(": Weather is private, and its stub is another class");
        assertThat(compile("@org.espalier.base.Rpc(\"Weather\") interface Weather {}")
                        .errors())
                .singleElement()
                .asString()
                .endsWith(": Weather is in the unnamed package, from which nothing can be imported");
    }

    @Test
    void oddServiceNamesAreRefused() throws IOException {
        for (String name : new String[] {"", " ", "Wetter ", "a/b", "Wétter", "x".repeat(65), "a\tb"}) {
            assertThat(compile("package p; @org.espalier.base.Rpc(\"" + name + "\") public interface Weather {}")
                            .errors())
                    .singleElement()
                    .asString()
                    .endsWith(": ‘" + name + "’ is no service name: 1 to 64 letters, digits, ‘_’, ‘-’ and ‘.’ are");
        }
        for (String name : new String[] {"a", "Weather", "x".repeat(64), "a.b-c_D9"}) {
            compile("package p; @org.espalier.base.Rpc(\"" + name + "\") public interface Weather {}")
                    .clean();
        }
    }

    @Test
    void serviceNameGivenTwiceIsRefused() throws IOException {
        assertThat(compile(
                                "package p; @org.espalier.base.Rpc(\"Weather\") public interface A {}",
                                "package q; @org.espalier.base.Rpc(\"Weather\") public interface B {}")
                        .errors())
                .singleElement()
                .asString()
                .endsWith(": service name ‘Weather’ is that of p.A already");
    }

    @Test
    void nameThatIsTakenIsRefused() throws IOException {
        assertThat(compile(
                                "package p; @org.espalier.base.Rpc(\"Weather\") public interface Weather {}",
                                "package p; class WeatherRpc {}")
                        .errors())
                .singleElement()
                .asString()
                .endsWith(": p.WeatherRpc, which is to be generated from p.Weather, exists already");
    }

    @Test
    void missingClassIsLeftToTheCompiler() throws IOException {
        assertThat(weather("Result<Done> report(Missing missing, Capability<Missing> capability);")
                        .errors())
                .hasSize(2)
                .allMatch(error -> error.contains("cannot find symbol"));
    }
}
