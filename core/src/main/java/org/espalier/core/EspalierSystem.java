package org.espalier.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.espalier.base.CapQuota;
import org.espalier.base.Label;
import org.espalier.base.RamQuota;
import org.espalier.base.Root;
import org.espalier.base.RpcType;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.kernel.spi.HeldCapability;
import org.espalier.kernel.spi.Kernel;
import org.espalier.kernel.spi.Ledger;
import org.espalier.kernel.spi.RunningKernel;

/**
 * A running system: core, and the tree of components that its configuration makes. Any Java program may hold several of them
 * side by side; nothing is shared between them and nothing is static.
 *
 * {@snippet :
 * try (var system = EspalierSystem.builder()
 *         .config("config.xml", text)
 *         .roms(modules)
 *         .log(line -> System.out.println(line))
 *         .start()
 *         .orThrow()) {
 *     system.awaitExit(Duration.ofSeconds(10));
 * }
 * }
 *
 * <p>Thread-safe. Owned by whoever started it; {@link #close} ends all of its components and returns all of its memory.
 */
public final class EspalierSystem implements AutoCloseable {
    /** RAM that init may give to its children, if nothing is said. */
    public static final RamQuota DEFAULT_RAM = new RamQuota(512 << 20);

    /** Capabilities that init may give to its children, if nothing is said. */
    public static final CapQuota DEFAULT_CAPS = new CapQuota(200_000);

    private final RunningKernel kernel;
    private final Ledger ram;
    private final Ledger caps;
    private final Core core;
    private final LogService log;
    private final CompletableFuture<Integer> exit;
    private final RamQuota initRam;
    private final CapQuota initCaps;
    private final List<StateWatch> watches;
    private final String kernelName;
    private Configuration configuration;
    private boolean closed;

    private EspalierSystem(
            RunningKernel kernel,
            Ledger ram,
            Ledger caps,
            Core core,
            LogService log,
            CompletableFuture<Integer> exit,
            RamQuota initRam,
            CapQuota initCaps,
            List<StateWatch> watches,
            String kernelName,
            Configuration configuration) {
        this.kernelName = kernelName;
        this.configuration = configuration;
        this.watches = watches;
        this.initRam = initRam;
        this.initCaps = initCaps;
        this.kernel = kernel;
        this.ram = ram;
        this.caps = caps;
        this.core = core;
        this.log = log;
        this.exit = exit;
    }

    /** The services that core itself offers to init. */
    public static Set<String> coreServices() {
        return Core.services();
    }

    /** Starts to describe a system. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs {@code body} on the calling thread as code of this program inside of the system, so that it may call capabilities
     * that components handed to the program's services.
     */
    public <T> T inside(Supplier<T> body) {
        List<T> result = new ArrayList<>(1);
        kernel.enterCore(() -> result.add(body.get()));
        return result.getFirst();
    }

    /**
     * The last report that core was given by that label, such as {@code init -> state}, while its session is open. Whoever
     * reports says what it likes: the text is as trustworthy as the component.
     */
    public Optional<String> report(String label) {
        return core.report(label);
    }

    /** Waits until init ends itself and returns its exit value; empty when {@code limit} passes first. */
    public OptionalInt awaitExit(Duration limit) throws InterruptedException {
        try {
            return OptionalInt.of(exit.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return OptionalInt.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The exit of a system is a number and never fails.", e);
        }
    }

    /** Completes with the exit value when init ends itself; init's fault counts as the value -1. */
    public CompletableFuture<Integer> exit() {
        return exit.copy();
    }

    /**
     * A configuration of init.
     *
     * @param name what the text is called in messages
     * @param text in either notation
     */
    public record Configuration(String name, String text) {}

    /** The name of the kernel that it runs on. */
    public String kernelName() {
        return kernelName;
    }

    /** The configuration that init was handed last. */
    public synchronized Configuration configuration() {
        return configuration;
    }

    /** What the system is at this moment. */
    public synchronized SystemState state() {
        return closed ? new SystemState(List.of(), kernel.threads(), kernel.quarantine()) : core.state();
    }

    /** All capabilities of the kernel beneath; empty where there is none, or the system is closed. */
    public synchronized Optional<List<HeldCapability>> capabilities() {
        return closed ? Optional.empty() : kernel.capabilities();
    }

    /**
     * Hands init a new configuration.
     *
     * @param name what to call the text in messages
     * @return why it was refused, with position, in which case nothing has changed; empty when init has it
     */
    public synchronized Optional<String> reconfigure(String name, String text) {
        if (closed) {
            return Optional.of("The system is closed.");
        }
        return switch (ConfigReader.read(name, text)) {
            case ReadResult.Malformed malformed -> Optional.of(malformed.toString());
            case ReadResult.Parsed parsed -> {
                core.configure(initRam, initCaps, parsed.root());
                configuration = new Configuration(name, text);
                yield Optional.empty();
            }
        };
    }

    /** The sum of what all accounts own, to be compared with what the system was given: RAM in bytes. */
    public long ramOwned() {
        return ram.sum();
    }

    /** The same for capabilities. */
    public long capsOwned() {
        return caps.sum();
    }

    /** Ends all components, and with them the system. Closing twice does nothing. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        core.close();
        log.close();
        kernel.close();
        exit.complete(-1);
        watches.forEach(StateWatch::close);
    }

    /** Describes a system. Not thread-safe; every system is made by its own {@link #start}. */
    public static final class Builder {
        /** What core keeps for ROM modules and its own objects. */
        private static final RamQuota CORE_RAM = new RamQuota(128 << 20);

        private static final CapQuota CORE_CAPS = new CapQuota(20_000);

        private String kernelName = Kernels.DEFAULT;
        private String configName = "config";
        private Optional<String> config = Optional.empty();
        private RamQuota ram = DEFAULT_RAM;
        private CapQuota caps = DEFAULT_CAPS;
        private RomSource roms = name -> Optional.empty();
        private LogSink sink = line -> {};
        private boolean debug;
        private boolean virtualThreads;
        private String engine = Kernel.BEST_ENGINE;
        private final Map<String, Offer<?>> services = new HashMap<>();
        private final List<Consumer<SystemState>> watchers = new ArrayList<>();

        private Builder() {}

        private record Offer<T>(RpcType<T> type, Root<T> root) {
            void to(Core core) {
                core.offer(type, root);
            }
        }

        /** The kernel to run on; {@value Kernels#DEFAULT} if none is named. */
        public Builder kernel(String name) {
            kernelName = name;
            return this;
        }

        /** init's configuration, as text, and what to call it in messages. */
        public Builder config(String name, String text) {
            configName = name;
            config = Optional.of(text);
            return this;
        }

        /** RAM that init may give to its children. */
        public Builder ram(RamQuota newRam) {
            ram = newRam;
            return this;
        }

        /** Capabilities that init may give to its children. */
        public Builder caps(CapQuota newCaps) {
            caps = newCaps;
            return this;
        }

        /** Where ROM modules come from, {@code init} among them; sources named first are asked first. */
        public Builder roms(RomSource source) {
            roms = roms.or(source);
            return this;
        }

        /** Who takes the log. */
        public Builder log(LogSink newSink) {
            sink = newSink;
            return this;
        }

        /** Whether every operation on an account checks that quota is conserved. */
        public Builder debug(boolean on) {
            debug = on;
            return this;
        }

        /** What runs native components, where the kernel runs them in a machine; by default the best engine that the host has. */
        public Builder engine(String name) {
            engine = name;
            return this;
        }

        /** Whether components run on virtual threads, where the kernel offers the choice. */
        public Builder virtualThreads(boolean on) {
            virtualThreads = on;
            return this;
        }

        /** Offers a service of this program to init as its parent. Runs in an entrypoint that all such services share. */
        public <T> Builder service(RpcType<T> type, Root<T> root) {
            services.put(type.name(), new Offer<>(type, root));
            return this;
        }

        /**
         * Tells {@code watcher} the state of the system when it has started, and again whenever a protection domain began,
         * failed or ended or the quarantine changed; the last one, without domains, when the system is closed. It runs on a
         * thread of its own and may do what it likes, {@link EspalierSystem#close} included; while it runs, newer states
         * replace one another.
         */
        public Builder watch(Consumer<SystemState> watcher) {
            watchers.add(watcher);
            return this;
        }

        /** Starts the system. */
        public Boot start() {
            Optional<Kernel> kernel = Kernels.named(kernelName);
            if (kernel.isEmpty()) {
                return new Boot.Refused("There is no kernel ‘" + kernelName + "’ here; there "
                        + (Kernels.all().size() == 1 ? "is " : "are ")
                        + String.join(
                                ", ", Kernels.all().stream().map(Kernel::name).toList()) + ".");
            }
            return start(kernel.get());
        }

        private Boot start(Kernel kernel) {
            if (kernel.contractVersion() != ComponentKernel.CONTRACT_VERSION) {
                return new Boot.Refused("Kernel " + kernel.name() + " implements version " + kernel.contractVersion()
                        + " of the kernel contract, and this core needs " + ComponentKernel.CONTRACT_VERSION + ".");
            }
            if (kernel.obstacle().isPresent()) {
                return new Boot.Refused("Kernel " + kernel.name() + " cannot run here: "
                        + kernel.obstacle().get());
            }
            Optional<String> noEngine = kernel.obstacle(engine);
            if (noEngine.isPresent()) {
                return new Boot.Refused(
                        "Kernel " + kernel.name() + " cannot run with engine ‘" + engine + "’ here: " + noEngine.get());
            }
            if (config.isEmpty()) {
                return new Boot.Refused("A system needs a configuration for init.");
            }
            if (roms.module("init").isEmpty()) {
                return new Boot.Refused("There is no ROM module ‘init’, which core is to start.");
            }
            return switch (ConfigReader.read(configName, config.get())) {
                case ReadResult.Malformed malformed -> new Boot.Refused(malformed.toString());
                case ReadResult.Parsed parsed ->
                    run(kernel, parsed.root(), new Configuration(configName, config.get()));
            };
        }

        private Boot run(Kernel kernel, Node root, Configuration configuration) {
            Ledger ramLedger = new Ledger("bytes of RAM", ram.bytes() + CORE_RAM.bytes(), debug);
            Ledger capLedger = new Ledger("capabilities", caps.count() + CORE_CAPS.count(), debug);
            List<StateWatch> watches = new CopyOnWriteArrayList<>();
            RunningKernel running = kernel.boot(
                    ramLedger.root(),
                    capLedger.root(),
                    new Kernel.Options(virtualThreads, () -> watches.forEach(StateWatch::changed), engine));
            CompletableFuture<Integer> exit = new CompletableFuture<>();
            LogService log = new LogService(running, sink);
            List<Core> made = new ArrayList<>(1);
            running.enterCore(
                    () -> made.add(new Core(running, kernel.costs(), ramLedger, capLedger, log, roms, exit::complete)));
            Core core = made.getFirst();
            services.values().forEach(offer -> offer.to(core));
            log.line(
                    new Label("core"),
                    "Espalier " + Version.TEXT + ", " + ram + " of RAM and " + caps + " capabilities for init");
            core.configure(ram, caps, root);
            EspalierSystem system = new EspalierSystem(
                    running, ramLedger, capLedger, core, log, exit, ram, caps, watches, kernel.name(), configuration);
            watchers.forEach(watcher -> watches.add(new StateWatch(system::state, watcher)));
            return new Boot.Running(system);
        }
    }

    /** Runs something in an entrypoint of core and waits for it. */
    static void inside(Consumer<Runnable> post, Runnable task) {
        CountDownLatch done = new CountDownLatch(1);
        post.accept(() -> {
            try {
                task.run();
            } finally {
                done.countDown();
            }
        });
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
