package org.espalier.tests;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.espalier.core.Kernels;
import org.espalier.kernel.spi.Kernel;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Who may know whom. Read from what the build compiled, so a new module is covered without being named here. */
final class ArchitectureTest {
    /** Rooms that hold what runs on any kernel. */
    private static final String[] ABOVE_THE_KERNEL = {
        "org.espalier.base..",
        "org.espalier.config..",
        "org.espalier.packet..",
        "org.espalier.rom..",
        "org.espalier.timeout..",
        "org.espalier.sandbox..",
        "org.espalier.check..",
        "org.espalier.init..",
        "org.espalier.os..",
        "org.espalier.app.."
    };

    private static final List<Path> FOLDERS = folders();
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/jmh_generated/"))
            .importPaths(FOLDERS);

    private static List<Path> folders() {
        try (Stream<Path> all = Files.walk(Place.ROOT, 6)) {
            return all.filter(path -> path.endsWith("target/classes"))
                    .filter(path -> !path.startsWith(Place.ROOT.resolve("target")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(false).check(ALL);
    }

    private static DescribedPredicate<JavaClass> generated() {
        return describe("generated RPC types", type -> type.getSimpleName().endsWith("Rpc"));
    }

    @Test
    void allRoomsWereRead() {
        for (String room : List.of(
                "org.espalier.base",
                "org.espalier.base.spi",
                "org.espalier.config",
                "org.espalier.packet",
                "org.espalier.rom",
                "org.espalier.timeout",
                "org.espalier.sandbox",
                "org.espalier.check",
                "org.espalier.init",
                "org.espalier.app.hello",
                "org.espalier.core",
                "org.espalier.control",
                "org.espalier.kernel.spi",
                "org.espalier.kernel.hw",
                "org.espalier.kernel.linux",
                "org.espalier.kernel.ring3",
                "org.espalier.kernel.sel4",
                "org.espalier.kernel.sel4.core",
                "org.espalier.kernel.verifier",
                "org.espalier.machine",
                "org.espalier.cli")) {
            assertThat(ALL.stream().filter(type -> type.getPackageName().equals(room)))
                    .as(room)
                    .isNotEmpty();
        }
    }

    @Test
    void nothingAboveTheKernelKnowsAKernelOrCore() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ABOVE_THE_KERNEL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.espalier.kernel..",
                        "org.espalier.core..",
                        "org.espalier.control..",
                        "org.espalier.cli.."));
    }

    @Test
    void configurationsAreReadInEitherNotation() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("org.espalier.config..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.espalier.config.XmlReader")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.espalier.config.HidReader"));
    }

    @Test
    void nothingAboveTheKernelNamesAKernel() throws IOException {
        List<String> names = Kernels.all().stream().map(Kernel::name).toList();
        assertThat(names).isNotEmpty();
        int read = 0;
        for (String room :
                List.of("base/api", "base/packet", "base/rom", "base/timeout", "config", "init", "os", "app", "core")) {
            for (Path source : sources(Place.ROOT.resolve(room))) {
                String text = Files.readString(source).toLowerCase(Locale.ROOT);
                for (String name : names) {
                    if (source.endsWith("core/Kernels.java")) {
                        // The one place that says which kernel runs when none is named.
                        continue;
                    }
                    assertThat(text).as("%s", source).doesNotContain("\"" + name + "\"");
                }
                read++;
            }
        }
        assertThat(read).isGreaterThan(100);
    }

    private static List<Path> sources(Path room) throws IOException {
        if (!Files.isDirectory(room)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(room)) {
            return all.filter(path ->
                            path.toString().endsWith(".java") && path.toString().contains("/src/main/"))
                    .toList();
        }
    }

    @Test
    void kernelsKnowBaseAndTheContractAlone() {
        check(noClasses()
                .that()
                .resideInAPackage("org.espalier.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.espalier.core..",
                        "org.espalier.sandbox..",
                        "org.espalier.config..",
                        "org.espalier.init..",
                        "org.espalier.cli.."));
    }

    @Test
    void coreAndTheCommandLineKnowNoParticularKernel() {
        check(classes()
                .that()
                .resideInAnyPackage("org.espalier.core..", "org.espalier.control..", "org.espalier.cli..")
                .and()
                // The tool for root tasks is about that kernel, and runs no component: docs/sel4.md.
                .haveNameNotMatching("org\\.espalier\\.cli\\.Sel4BootCommand(\\$.*)?")
                .should(never(dependOnClassesThat(resideInAPackage("org.espalier.kernel..")
                        .and(DescribedPredicate.not(
                                resideInAnyPackage("org.espalier.kernel.spi", "org.espalier.kernel.verifier")))))));
    }

    @Test
    void theVerifierKnowsBaseAlone() {
        check(noClasses()
                .that()
                .resideInAPackage("org.espalier.kernel.verifier")
                .should()
                .dependOnClassesThat(resideInAPackage("org.espalier..")
                        .and(DescribedPredicate.not(
                                resideInAnyPackage("org.espalier.kernel.verifier", "org.espalier.base")))));
    }

    private static ArchCondition<JavaClass> never(ArchCondition<JavaClass> condition) {
        return com.tngtech.archunit.lang.conditions.ArchConditions.not(condition);
    }

    @Test
    void theContractKnowsBaseAlone() {
        check(noClasses()
                .that()
                .resideInAPackage("org.espalier.kernel.spi")
                .should()
                .dependOnClassesThat(resideInAPackage("org.espalier..")
                        .and(DescribedPredicate.not(resideInAnyPackage(
                                "org.espalier.kernel.spi", "org.espalier.base", "org.espalier.base.spi")))));
    }

    @Test
    void baseAndConfigKnowNobody() {
        check(noClasses()
                .that()
                .resideInAnyPackage("org.espalier.base", "org.espalier.base.spi", "org.espalier.config")
                .should()
                .dependOnClassesThat(resideInAPackage("org.espalier..")
                        .and(DescribedPredicate.not(
                                resideInAnyPackage("org.espalier.base..", "org.espalier.config..")))));
    }

    @Test
    void theMachineKnowsNobody() {
        check(noClasses()
                .that()
                .resideInAPackage("org.espalier.machine..")
                .should()
                .dependOnClassesThat(resideInAPackage("org.espalier..")
                        .and(DescribedPredicate.not(resideInAPackage("org.espalier.machine..")))));
    }

    @Test
    void componentsDoNotNameTheKernelSideOfBase() {
        check(noClasses()
                .that()
                .resideInAnyPackage(
                        "org.espalier.init..",
                        "org.espalier.os..",
                        "org.espalier.app..",
                        "org.espalier.packet..",
                        "org.espalier.rom..",
                        "org.espalier.timeout..",
                        "org.espalier.sandbox..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.espalier.base.spi.."));
    }

    @Test
    void thereIsNoStaticMutableState() {
        check(fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage("org.espalier..")
                .and()
                .areDeclaredInClassesThat(DescribedPredicate.not(generated()))
                .should()
                .beFinal());
        check(fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage("org.espalier..")
                .and()
                .areNotPrivate()
                .and(describe(
                        "no part of an enum", field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC)))
                .should()
                .haveRawType(describe(
                        "immutable type",
                        type -> type.isPrimitive()
                                || type.isEnum()
                                || type.isRecord()
                                || type.isEquivalentTo(String.class)
                                || type.isEquivalentTo(List.class)
                                || type.getPackageName().startsWith("org.espalier.")
                                || type.getPackageName().startsWith("java.time"))));
    }

    @Test
    void onlyMachineRoomsTouchTheHost() {
        check(noClasses()
                .that()
                .resideInAPackage("org.espalier..")
                .and()
                .resideOutsideOfPackages(
                        "org.espalier.kernel.linux..", "org.espalier.machine..", "org.espalier.tests..")
                .and()
                // Kernel hw needs nothing of the host but where a stack ends, and does without where it may not ask:
                // ADR 0019.
                .haveNameNotMatching("org\\.espalier\\.kernel\\.hw\\.StackGauge(\\$Host)?")
                .and()
                // What kernels are measured beside are programs of the host, on processors of the host.
                .haveNameNotMatching("org\\.espalier\\.bench\\.(CompiledPeer|Affinity)")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.(Process|ProcessBuilder|ProcessHandle|foreign\\.Linker)"));
    }

    @Test
    void componentsHaveNoThreadsFilesOrSocketsOfTheHost() {
        check(noClasses()
                .that()
                .resideInAnyPackage(
                        "org.espalier.init..",
                        "org.espalier.os..",
                        "org.espalier.app..",
                        "org.espalier.packet..",
                        "org.espalier.rom..",
                        "org.espalier.timeout..",
                        "org.espalier.sandbox..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.System")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.net..", "java.lang.reflect..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.(File|RandomAccess|Object|Console).*"));
    }

    @Test
    void everyPackageIsNullMarked() {
        check(classes()
                .that()
                .resideInAPackage("org.espalier..")
                .and()
                .areTopLevelClasses()
                .should(new ArchCondition<>("be in a package that is @NullMarked") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                        events.add(new SimpleConditionEvent(
                                type, marked, "package " + type.getPackageName() + " is not @NullMarked: " + type));
                    }
                }));
        assertThat(Objects.requireNonNull(FOLDERS)).isNotEmpty();
    }
}
