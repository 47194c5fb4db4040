package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.espalier.base.Failure;
import org.espalier.fixture.Caller;
import org.espalier.fixture.Counter;
import org.espalier.fixture.Hidden;
import org.espalier.fixture.NoComponent;
import org.espalier.fixture.Prober;
import org.espalier.fixture.Resources;
import org.espalier.kernel.spi.RunningKernel.Launch;
import org.junit.jupiter.api.Test;

/** What exists for the code of a component. */
final class ComponentLoaderTest {
    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aComponentSeesBaseItsOwnClassesAndTheAdmittedOnes() {
        List<String> visible = List.of(
                "org.espalier.base.Env",
                "org.espalier.base.Component",
                "org.espalier.fixture.Prober",
                "java.lang.String",
                "java.util.ArrayList",
                "java.util.Map$Entry",
                "java.util.concurrent.atomic.AtomicLong");
        List<String> invisible = List.of(
                "org.espalier.base.spi.ComponentKernel",
                "org.espalier.base.spi.Window",
                "org.espalier.kernel.hw.HwRunningKernel",
                "org.espalier.kernel.spi.Account",
                "org.espalier.fixture.Counter",
                "org.junit.jupiter.api.Test",
                "org.jspecify.annotations.Nullable",
                "java.lang.System",
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
                "java.io.File",
                "java.nio.file.Files",
                "java.net.Socket",
                "sun.misc.Unsafe",
                "jdk.internal.misc.Unsafe",
                "javax.tools.ToolProvider");
        String list = String.join("\n", visible) + "\n" + String.join("\n", invisible);
        try (Machine machine = new Machine()) {
            Parentage.Child child =
                    new Parentage(machine).start(Jars.of(Prober.class, Map.of("probe.txt", text(list))));

            assertThat(child.launch()).isEqualTo(new Launch.Launched());
            List<String> lines = child.lines(visible.size() + invisible.size());
            assertThat(child.fault()).isEmpty();
            assertThat(lines.subList(0, visible.size())).allMatch(line -> line.endsWith(" true"));
            assertThat(lines.subList(visible.size(), lines.size())).allMatch(line -> line.endsWith(" false"));
        }
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
    void codeThatNamesAForbiddenClassFaultsWhenItGetsThere() {
        try (Machine machine = new Machine()) {
            Parentage.Child child = new Parentage(machine).start(Jars.of(Caller.class, Map.of()));

            assertThat(child.awaitFault())
                    .startsWith(
                            "thread ‘ep’: java.lang.NoClassDefFoundError: java/lang/System (java.lang.System is not among"
                                    + " the classes that a component may use) at child//org.espalier.fixture.Caller.construct(");
            assertThat(child.log()).containsExactly("before");
        }
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
            byte[] jar = Jars.zip(Map.of(Jars.MANIFEST, Jars.manifest("Espalier-Component: no.such.Type\r\n")));
            Parentage.Child child = new Parentage(machine).start(jar);

            assertThat(child.awaitFault())
                    .startsWith(
                            "thread ‘ep’: java.lang.ClassNotFoundException: no.such.Type is neither in the component's"
                                    + " JAR nor among the classes that it may use at ");
        }
    }

    @Test
    void aJarCannotReplaceAClassOfBaseOrOfTheJdk() {
        byte[] nonsense = text("no class file");
        String list = "org.espalier.base.Env\norg.espalier.base.Evil\norg.espalier.base.spi.Evil\njava.lang.Evil";
        Map<String, byte[]> further = Map.of(
                "probe.txt", text(list),
                "org/espalier/base/Env.class", nonsense,
                "org/espalier/base/Evil.class", nonsense,
                "org/espalier/base/spi/Evil.class", nonsense,
                "java/lang/Evil.class", nonsense);
        try (Machine machine = new Machine()) {
            Parentage.Child child = new Parentage(machine).start(Jars.of(Prober.class, further));

            assertThat(child.lines(4))
                    .containsExactly(
                            "org.espalier.base.Env true",
                            "org.espalier.base.Evil false",
                            "org.espalier.base.spi.Evil false",
                            "java.lang.Evil false");
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

            assertThat(machine.kernel.start(child.number(), memory, "again", parent, 0))
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
                assertThat(machine.kernel.start(domain.number, memory, "child", parent, 0))
                        .isEqualTo(new Launch.NotRunnable("The binary is neither a JAR nor an ELF file."));
                Machine.get(end);
                domain.kill();
            }
        }
    }
}
