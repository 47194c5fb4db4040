package org.espalier.examples.embed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.RamQuota;
import org.espalier.core.EspalierSystem;
import org.espalier.core.RomSource;
import org.espalier.core.SystemState;
import org.espalier.examples.plugin.Callback;
import org.espalier.examples.plugin.HostRpc;

/**
 * A set of plug-ins that may come and go while the program runs, each with its own quota and nothing but the service {@code Host}.
 * Owned by whoever started it; to be used by one thread.
 */
public final class PluginHost implements AutoCloseable {
    private static final String CONFIG = "plug-ins";
    private static final RamQuota RAM = new RamQuota(16 << 20);
    private static final CapQuota CAPS = new CapQuota(2000);

    private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();
    private final HostService service = new HostService(happenings);
    private final Map<String, String> plugins = new LinkedHashMap<>();
    private final EspalierSystem system;

    /**
     * Starts without plug-ins.
     *
     * @param modules where the components are: {@code init}, and a module for each plug-in
     * @param log takes what components and their parents log
     */
    public PluginHost(RomSource modules, Consumer<String> log) {
        this.system = EspalierSystem.builder()
                .config(CONFIG, configuration())
                .ram(RAM)
                .caps(CAPS)
                .roms(modules)
                .service(HostRpc.TYPE, service)
                .log(line -> log.accept(line.toString()))
                .start()
                .orThrow();
    }

    /** Starts the plug-in of that name or, if it runs, hands it another word and nothing more. */
    public void put(String name, String word) {
        plugins.put(name, word);
        apply();
    }

    /** Ends a plug-in. {@link Happening.Left} says when it is gone. */
    public void remove(String name) {
        plugins.remove(name);
        apply();
    }

    private void apply() {
        Optional<String> mistake = system.reconfigure(CONFIG, configuration());
        if (mistake.isPresent()) {
            throw new IllegalStateException(mistake.get());
        }
    }

    /** What happened next, or nothing when nothing does for so long. */
    public Optional<Happening> next(long seconds) throws InterruptedException {
        return Optional.ofNullable(happenings.poll(seconds, TimeUnit.SECONDS));
    }

    /** The sum over all plug-ins. */
    public long sum() {
        return service.sum();
    }

    /** The components that there are, with what they own and use. */
    public List<SystemState.Domain> components() {
        return system.state().domains();
    }

    /** A function of a plug-in, which this program can hold and, outside of the system, not call. */
    Capability<Callback> function(String name) {
        return service.function(name);
    }

    @Override
    public void close() {
        system.close();
    }

    private String configuration() {
        StringBuilder text = new StringBuilder("""
                <config>
                  <parent-provides>
                    <service name="ROM"/> <service name="LOG"/> <service name="PD"/> <service name="CPU"/>
                    <service name="Host"/>
                  </parent-provides>
                  <default-route> <any-service> <parent/> </any-service> </default-route>
                  <default ram="1M" caps="100"/>
                """);
        plugins.forEach((name, word) -> text.append("""
                  <start name="%s"> <binary name="plugin_%s"/> <config word="%s"/> </start>
                """.formatted(name, name, word)));
        return text.append("</config>\n").toString();
    }
}
