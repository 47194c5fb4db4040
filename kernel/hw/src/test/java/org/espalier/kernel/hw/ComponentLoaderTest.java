package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.espalier.base.Failure;
import org.espalier.fixture.Caller;
import org.espalier.fixture.Counter;
import org.espalier.fixture.Hidden;
import org.espalier.fixture.NoComponent;
import org.espalier.fixture.Resources;
import org.espalier.kernel.spi.RunningKernel.Launch;
import org.espalier.kernel.verifier.Verifier;
import org.espalier.testkit.Zip;
import org.junit.jupiter.api.Test;

/** What exists for the code of a component. */
final class ComponentLoaderTest {
    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isVisible(String name) {
        try {
            JarImage image = JarImage.parse(Jars.of(Counter.class, Map.of()), "");
            new ComponentLoader(image, Verifier.forThisJdk(), new PollSite(() -> {})).loadClass(name);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        } catch (JarImage.NotAComponent e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aComponentSeesBaseItsOwnClassesAndTheListedOnes() {
        assertThat(List.of(
                        "org.espalier.base.Env",
                        "org.espalier.base.Component",
                        "org.espalier.fixture.Counter",
                        "java.lang.String",
                        "java.util.ArrayList",
                        "java.util.Map$Entry",
                        "java.util.concurrent.atomic.AtomicLong"))
                .allMatch(ComponentLoaderTest::isVisible);
        assertThat(List.of(
                        "org.espalier.base.spi.ComponentKernel",
                        "org.espalier.base.spi.Window",
                        "org.espalier.kernel.hw.HwRunningKernel",
                        "org.espalier.kernel.spi.Account",
                        "org.espalier.fixture.Caller",
                        "org.junit.jupiter.api.Test",
                        "org.jspecify.annotations.Nullable",
                        "java.lang.Thread",
                        "java.lang.Thread$Builder",
                        "java.lang.Runtime",
                        "java.lang.ProcessBuilder",
                        "java.lang.ClassLoader",
                        "java.lang.reflect.Method",
                        "java.lang.foreign.Linker",
                        "java.util.ServiceLoader",
                        "java.util.Timer",
                        "java.util.concurrent.ForkJoinPool",
                        "java.util.concurrent.Executors",
                        "java.util.concurrent.locks.ReentrantLock",
                        "java.io.File",
                        "java.nio.file.Files",
                        "java.net.Socket",
                        "sun.misc.Unsafe",
                        "jdk.internal.misc.Unsafe",
                        "javax.tools.ToolProvider"))
                .noneMatch(ComponentLoaderTest::isVisible);
    }

    @Test
    void twoInstancesOfOneJarShareNoStatics() {
        try (Machine machine = new Machine()) {
            Parentage parentage = new Parentage(machine);
            byte[] jar = Jars.of(Counter.class, Map.of());

            Parentage.Child first = parentage.start(jar);
            Parentage.Child second = parentage.start(jar);

            assertThat(first.lines(1)).containsExactly("instance 1");
            assertThat(second.lines(1)).containsExactly("instance 1");
        }
    }

    @Test
    void codeThatNamesAMemberThatIsNotListedIsNeverRun() {
        try (Machine machine = new Machine()) {
            Parentage.Child child = new Parentage(machine).start(Jars.of(Caller.class, Map.of()));

            assertThat(child.awaitFault())
                    .isEqualTo("its code is rejected: org.espalier.fixture.Caller.construct(Caller.java:11):"
                            + " java.lang.System.getProperty(java.lang.String) is not among the JDK members that a"
                            + " component may use");
            assertThat(child.log()).isEmpty();
        }
    }

    @Test
    void trustedCodeIsNotVerified() {
        try (Machine machine = new Machine()) {
            Parentage.Child child = new Parentage(machine).start(Jars.of(Caller.class, Map.of()), true);

            assertThat(child.lines(2)).containsExactly("before", "the user is " + System.getProperty("user.name"));
        }
    }

    @Test
    void aVerdictIsRememberedByTheHashOfTheJar() throws JarImage.NotAComponent {
        Verdicts verdicts = new Verdicts(Verifier.forThisJdk());
        JarImage image = JarImage.parse(Jars.of(Caller.class, Map.of()), "hash");
        JarImage again = JarImage.parse(Jars.of(Caller.class, Map.of()), "hash");

        assertThat(verdicts.of(image, () -> true)).isSameAs(verdicts.of(again, () -> false));
    }

    @Test
    void whoeverIsGoneIsNotVerified() throws JarImage.NotAComponent {
        Verdicts verdicts = new Verdicts(Verifier.forThisJdk());
        JarImage image = JarImage.parse(Jars.of(Caller.class, Map.of()), "hash");

        assertThatThrownBy(() -> verdicts.of(image, () -> false)).isInstanceOf(CancellationException.class);
    }

    @Test
    void resourcesAreThoseOfTheJarAlone() {
        try (Machine machine = new Machine()) {
            Parentage.Child child =
                    new Parentage(machine).start(Jars.of(Resources.class, Map.of("note.txt", text("x"))));

            assertThat(child.lines(5))
                    .containsExactly(
                            "/note.txt true",
                            "Resources.class true",
                            "/missing false",
                            "/org/espalier/base/Env.class false",
                            "/../x false");
        }
    }

    @Test
    void aClassThatIsNoComponentFaultsWithItsName() {
        try (Machine machine = new Machine()) {
            Parentage.Child child = new Parentage(machine).start(Jars.of(NoComponent.class, Map.of()));

            assertThat(child.awaitFault())
                    .startsWith(
                            "thread ‘ep’: java.lang.ClassCastException: Class org.espalier.fixture.NoComponent, which"
                                    + " the manifest names in Espalier-Component, is no org.espalier.base.Component. at ");
        }
    }

    @Test
    void aComponentWithoutPublicConstructorFaults() {
        try (Machine machine = new Machine()) {
            Parentage.Child child = new Parentage(machine).start(Jars.of(Hidden.class, Map.of()));

            assertThat(child.awaitFault()).startsWith("thread ‘ep’: java.lang.NoSuchMethodException: ");
        }
    }

    @Test
    void aClassThatTheManifestNamesAndTheJarLacksFaults() {
        try (Machine machine = new Machine()) {
            byte[] jar = Zip.of(Map.of(Jars.MANIFEST, Jars.manifest("Espalier-Component: no.such.Type\r\n")));
            Parentage.Child child = new Parentage(machine).start(jar);

            assertThat(child.awaitFault())
                    .startsWith(
                            "thread ‘ep’: java.lang.ClassNotFoundException: no.such.Type is neither in the component's"
                                    + " JAR nor among the classes that it may use at ");
        }
    }

    @Test
    void aJarWithAClassOfBaseOrOfTheJdkIsRejected() {
        for (String name : List.of("org.espalier.base.Env", "org.espalier.base.spi.Evil", "java.lang.Evil")) {
            try (Machine machine = new Machine()) {
                Map<String, byte[]> further = Map.of(name.replace('.', '/') + ".class", text("no class file"));
                Parentage.Child child = new Parentage(machine).start(Jars.of(Counter.class, further));

                assertThat(child.awaitFault())
                        .isEqualTo("its code is rejected: " + name
                                + ": a component defines no class in the package of another; " + name
                                + ": the class file is malformed: Bad magic number");
            }
        }
    }

    @Test
    void aDomainStartsOnce() {
        try (Machine machine = new Machine()) {
            Parentage.Child child = new Parentage(machine).start(Jars.of(Counter.class, Map.of()));
            child.lines(1);
            int memory = machine.kernel.createMemory(1, 65536);
            machine.core.view(memory, true).write(0, Jars.of(Counter.class, Map.of()));
            int parent = machine.core.object(message -> message.begin(0));

            assertThat(machine.kernel.start(child.number(), memory, parent, 0, false))
                    .isEqualTo(new Launch.Refused(Failure.DENIED));
        }
    }

    @Test
    void aBinaryThatIsFreedWhileItIsReadIsNotRunnableAndHarmsNobody() throws Throwable {
        try (Machine machine = new Machine()) {
            int parent = machine.core.object(message -> message.begin(0));
            for (int round = 0; round < 30; round++) {
                TestDomain domain = machine.domain("domain", 0, 10);
                int memory = machine.kernel.createMemory(1, 32 << 20);
                var end = Machine.async(() -> {
                    machine.kernel.destroyMemory(memory);
                    return 0;
                });
                assertThat(machine.kernel.start(domain.number, memory, parent, 0, false))
                        .isEqualTo(new Launch.NotRunnable("The binary is neither a JAR nor an ELF file."));
                Machine.get(end);
                domain.kill();
            }
        }
    }
}
