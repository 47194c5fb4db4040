package org.espalier.machine;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The engines of this host, by name: {@code ptrace}, {@code kvm}, and {@link #BEST} for the one to take if nothing speaks for another. */
public final class Engines {
    /**
     * Stands for whichever engine is the faster here. A host that is a virtual machine itself may offer {@code kvm} and be several times
     * slower at it than at {@code ptrace}, and nothing that the host tells of itself says so. So both run the same program for some
     * milliseconds, and {@code kvm} is taken only if its traps took less time.
     */
    public static final String BEST = "best";

    private static final Kind PTRACE = new Kind("ptrace", PtraceEngine::new);
    private static final Kind KVM = new Kind("kvm", KvmEngine::new);

    private Engines() {}

    /** Whether an engine can be had. */
    public sealed interface Probe {
        /** It was opened and ran a program. */
        record Works(String engine) implements Probe {}

        /** It cannot be had, for a reason in a full sentence. */
        record Missing(String engine, String reason) implements Probe {}
    }

    /** What came of opening an engine by its name. */
    public sealed interface Opening {
        /** It is the caller's, who closes it. */
        record Opened(Engine engine) implements Opening {}

        /** There is such an engine, but not on this host, or not for this process: for a reason in a full sentence. */
        record Missing(String engine, String reason) implements Opening {}

        /** There is no engine of that name; {@code names} are those that there are. */
        record Unknown(String name, List<String> names) implements Opening {}
    }

    private record Kind(String name, Function<PhysicalMemory, Engine> constructor) {
        Engine open(PhysicalMemory memory) {
            require();
            return constructor.apply(memory);
        }

        Probe probe() {
            try {
                require();
                try (PhysicalMemory memory = PhysicalMemory.allocate(ProbeProgram.MEMORY_BYTES);
                        Engine engine = constructor.apply(memory)) {
                    Trap trap = new ProbeProgram(engine, memory).run();
                    return trap instanceof Trap.SystemCall
                            ? new Probe.Works(name)
                            : new Probe.Missing(name, "A program that makes a system call ended in " + trap + ".");
                }
            } catch (HostFailure e) {
                return new Probe.Missing(name, String.valueOf(e.getMessage()));
            }
        }

        /** Nanoseconds for a trap; more than any figure if the engine cannot be had. */
        long trapNanos() {
            try {
                require();
                try (PhysicalMemory memory = PhysicalMemory.allocate(ProbeProgram.MEMORY_BYTES);
                        Engine engine = constructor.apply(memory)) {
                    return new ProbeProgram(engine, memory).trapNanos();
                }
            } catch (HostFailure e) {
                return Long.MAX_VALUE;
            }
        }
    }

    /**
     * Opens the engine {@code ptrace} for the calling thread, which is to be a platform thread.
     *
     * @throws HostFailure if the host is another than Linux on x86-64, or this module may not use native access
     */
    public static Engine ptrace(PhysicalMemory memory) {
        return PTRACE.open(memory);
    }

    /**
     * Opens the engine {@code kvm} for the calling thread, which is to be a platform thread. In that thread, signal 42 stays blocked from
     * then on.
     *
     * @throws HostFailure if the host has no virtual machines or does not let this process have one, and as {@link #ptrace} does
     */
    public static Engine kvm(PhysicalMemory memory) {
        return KVM.open(memory);
    }

    /** Tries {@code ptrace} out on the calling thread: takes some milliseconds and leaves nothing behind. */
    public static Probe probePtrace() {
        return PTRACE.probe();
    }

    /** Tries {@code kvm} out on the calling thread: takes some milliseconds and leaves nothing behind but the signal of {@link #kvm}. */
    public static Probe probeKvm() {
        return KVM.probe();
    }

    /** Tries all engines out, as {@link #probePtrace} and {@link #probeKvm} do. */
    public static List<Probe> probe() {
        return kinds().stream().map(Kind::probe).toList();
    }

    /** Opens an engine for the calling thread by its name, which may be {@link #BEST}. */
    public static Opening open(String name, PhysicalMemory memory) {
        if (name.equals(BEST)) {
            Kind best = KVM.trapNanos() < PTRACE.trapNanos() ? KVM : PTRACE;
            return open(best, memory);
        }
        Optional<Kind> kind =
                kinds().stream().filter(known -> known.name.equals(name)).findAny();
        return kind.isPresent() ? open(kind.get(), memory) : new Opening.Unknown(name, names());
    }

    private static Opening open(Kind kind, PhysicalMemory memory) {
        try {
            return new Opening.Opened(kind.open(memory));
        } catch (HostFailure e) {
            return new Opening.Missing(kind.name, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Why an engine of that name cannot be had here, in a full sentence; empty if it can. Tries it out, which takes milliseconds; nothing is tried
     * for {@link #BEST}, which is whatever there is.
     */
    public static Optional<String> obstacle(String name) {
        if (name.equals(BEST)) {
            return Optional.empty();
        }
        Optional<Kind> kind =
                kinds().stream().filter(known -> known.name.equals(name)).findAny();
        if (kind.isEmpty()) {
            return Optional.of("There is no engine ‘" + name + "’, but " + String.join(", ", names()) + ".");
        }
        return kind.get().probe() instanceof Probe.Missing(String engine, String reason)
                ? Optional.of("Engine " + engine + " cannot be had here: " + reason)
                : Optional.empty();
    }

    /** The names that {@link #open} knows. */
    public static List<String> names() {
        return List.of(PTRACE.name, KVM.name, BEST);
    }

    private static List<Kind> kinds() {
        return List.of(PTRACE, KVM);
    }

    /**
     * Why this JVM can have neither an engine nor physical memory, in a full sentence; empty if nothing speaks against it. It costs nothing,
     * and the host may still refuse.
     */
    public static Optional<String> obstacle() {
        String host = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!host.equals("Linux amd64")) {
            return Optional.of("Engines run on Linux on x86-64, and this is " + host + ".");
        }
        if (!Engines.class.getModule().isNativeAccessEnabled()) {
            return Optional.of("Module " + Engines.class.getModule().getName()
                    + " may not use native access: start Java with --enable-native-access.");
        }
        return Optional.empty();
    }

    private static void require() {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            throw new HostFailure(obstacle.get());
        }
    }
}
