package org.espalier.machine;

/** The engines of this host. */
public final class Engines {
    private Engines() {}

    /** Whether an engine can be had. */
    public sealed interface Probe {
        /** It was opened and ran a program. */
        record Works(String engine) implements Probe {}

        /** It cannot be had, for a reason in a full sentence. */
        record Missing(String engine, String reason) implements Probe {}
    }

    /**
     * Opens the engine {@code ptrace} for the calling thread, which is to be a platform thread.
     *
     * @throws HostFailure if the host is another than Linux on x86-64, or this module may not use native access
     */
    public static Engine ptrace(PhysicalMemory memory) {
        require();
        return new PtraceEngine(memory);
    }

    /** Tries {@code ptrace} out on the calling thread: takes some milliseconds and leaves nothing behind. */
    public static Probe probePtrace() {
        String name = "ptrace";
        try {
            require();
            try (PhysicalMemory memory = PhysicalMemory.allocate(ProbeProgram.MEMORY_BYTES);
                    Engine engine = new PtraceEngine(memory)) {
                Trap trap = ProbeProgram.run(engine, memory);
                return trap instanceof Trap.SystemCall
                        ? new Probe.Works(name)
                        : new Probe.Missing(name, "A program that makes a system call ended in " + trap + ".");
            }
        } catch (HostFailure e) {
            return new Probe.Missing(name, String.valueOf(e.getMessage()));
        }
    }

    private static void require() {
        String host = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!host.equals("Linux amd64")) {
            throw new HostFailure("Engines run on Linux on x86-64, and this is " + host + ".");
        }
        if (!Engines.class.getModule().isNativeAccessEnabled()) {
            throw new HostFailure("Module " + Engines.class.getModule().getName()
                    + " may not use native access: start Java with --enable-native-access.");
        }
    }
}
