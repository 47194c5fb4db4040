package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;
import org.espalier.core.Boot;
import org.espalier.core.EspalierSystem;

/** A system on kernel hw in debug mode, and its log. Whatever a test does, the sums of quota must be the same at the end. */
final class Running implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final RamQuota RAM = new RamQuota(64 << 20);
    static final CapQuota CAPS = new CapQuota(10_000);

    /** The head of a configuration: all services of core, everything routed to the parent or else to a child. */
    static final String HEAD = """
            <config>
              <parent-provides>
                <service name="ROM"/> <service name="LOG"/> <service name="PD"/> <service name="CPU"/>
                <service name="RM"/>
              </parent-provides>
              <default-route> <any-service> <parent/> <any-child/> </any-service> </default-route>
              <default caps="200" ram="1M"/>
            """;

    final List<String> log;
    final EspalierSystem system;
    private final long ram;
    private final long caps;

    private Running(EspalierSystem system, List<String> log) {
        this.system = system;
        this.log = log;
        this.ram = system.ramOwned();
        this.caps = system.capsOwned();
    }

    /** Starts {@code body} after the {@link #HEAD}, with ROM modules in text. */
    static Running start(String body, Map<String, String> modules) {
        return of(HEAD + body + "</config>\n", modules, builder -> builder);
    }

    static Running start(String body) {
        return start(body, Map.of());
    }

    static Running of(String config, Map<String, String> modules, UnaryOperator<EspalierSystem.Builder> change) {
        List<String> log = new CopyOnWriteArrayList<>();
        Boot boot = change.apply(EspalierSystem.builder()
                        .config("test.xml", config)
                        .ram(RAM)
                        .caps(CAPS)
                        .roms(name -> Optional.ofNullable(modules.get(name))
                                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1)))
                        .roms(Place.COMPONENTS)
                        .log(line -> log.add(line.toString()))
                        .debug(true))
                .start();
        return new Running(boot.orThrow(), log);
    }

    /** A child that acts so, with further text in its start node. */
    static String hostile(String name, String act, String further) {
        return "<start name=\"" + name + "\"> <binary name=\"hostile\"/> <config act=\"" + act + "\"/>" + further
                + "</start>\n";
    }

    static String hostile(String name, String act) {
        return hostile(name, act, "");
    }

    private static Pattern pattern(String line) {
        StringBuilder pattern = new StringBuilder();
        for (String part : line.split("\\*", -1)) {
            pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        return Pattern.compile(pattern.toString(), Pattern.DOTALL);
    }

    long count(String line) {
        Pattern pattern = pattern(line);
        return log.stream().filter(found -> pattern.matcher(found).matches()).count();
    }

    /** Waits for a line, in which {@code *} stands for anything. */
    Running awaits(String line) {
        awaits(line, 1);
        return this;
    }

    void awaits(String line, int times) {
        await("the line ‘" + line + "’", () -> count(line) >= times);
    }

    /** Waits until something has happened; the log tells what did instead. */
    void await(String what, BooleanSupplier happened) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "Within " + PATIENCE + " there was not " + what + "; the log:\n" + String.join("\n", log));
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** The system ends itself with this value. */
    Running exits(int value) throws InterruptedException {
        assertThat(system.awaitExit(PATIENCE))
                .as("exit value; the log:%n%s", String.join("\n", log))
                .hasValue(value);
        return this;
    }

    @Override
    public void close() {
        system.close();
        assertThat(system.ramOwned()).as("RAM that all own together").isEqualTo(ram);
        assertThat(system.capsOwned()).as("capabilities that all own together").isEqualTo(caps);
    }
}
