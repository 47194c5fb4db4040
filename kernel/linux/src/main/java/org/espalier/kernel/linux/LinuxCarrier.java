package org.espalier.kernel.linux;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.espalier.base.Failure;
import org.espalier.base.Placement;
import org.espalier.kernel.hw.Carrier;
import org.espalier.kernel.hw.ComponentManifest;
import org.espalier.kernel.spi.RunningKernel.Activity;
import org.espalier.kernel.verifier.JarContent;
import org.espalier.machine.ElfImage;
import org.jspecify.annotations.Nullable;

/** Domains as confined processes, memory as files of memory. Thread-safe; owned by the kernel that it carries. */
final class LinuxCarrier implements Carrier, AutoCloseable {
    private static final Confinement.Limits NATIVE = new Confinement.Limits(64, 4L << 30);

    /** What the host may spend on a native component beside its own pages and its dataspaces: tables for its addresses, and what its channel keeps. */
    static final int NATIVE_HOST_MIB = 48;

    private static final int MIB = 1 << 20;

    /** What most native components are held to: their own pages take no more than one MiB. */
    private static final Confinement.Budget NATIVE_BUDGET =
            new Confinement.Budget((NATIVE_HOST_MIB + 1L) * MIB, 1, Confinement.Budget.UNLIMITED);

    private static final Confinement.Budget JVM_BUDGET = jvmBudget(JvmSandbox.HEAP_MIB);

    private final ControlGroups groups;
    private final Urgency.Means means;
    private final Map<Integer, Long> throttles = new ConcurrentHashMap<>();
    private final Map<Integer, Urgency> urgencies = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> heaps = new ConcurrentHashMap<>();
    private final Confinement natives;
    private final Confinement jvms;

    /** Sandboxes for JVMs with a smaller heap, by that in MiB. None of them waits for its component: which size would it have. */
    private final Map<Integer, Confinement> smallJvms = new HashMap<>();

    private final SandboxPool warmNatives;
    private final SandboxPool warmJvms;
    private final SlotTable slots = new SlotTable();
    private final Map<Integer, ComponentProcess> processes = new ConcurrentHashMap<>();

    /** Guards what follows, and tells of its changes. */
    private final Object starts = new Object();

    private int startsUnderWay;
    private final Set<Thread> watchers = new HashSet<>();

    /**
     * Carries nothing yet.
     *
     * @param jvmsReady sandboxes with a JVM that wait for a component
     * @param nativesReady sandboxes without one
     */
    LinuxCarrier(int jvmsReady, int nativesReady) throws HostException {
        groups = ControlGroups.open();
        means = Urgency.Means.of(groups.controllers());
        natives = new Confinement(Confinement.Content.starter(), Optional.of(groups));
        jvms = new Confinement(JvmSandbox.describe(JvmSandbox.HEAP_MIB), Optional.of(groups));
        warmJvms = new SandboxPool(jvms, jvmsReady, JVM_BUDGET);
        warmNatives = new SandboxPool(natives, nativesReady, NATIVE_BUDGET);
    }

    /** Starts the program of one component; its sandbox is the component's, or gone. */
    interface Starter {
        /** Starts it for {@code domain}. */
        Start start(Carrier.CarriedDomain domain) throws HostException;
    }

    /** What the control groups of this kernel limit. */
    Set<ControlHierarchy.Controller> controllers() {
        return groups.controllers();
    }

    /** Has a domain held up that takes more than {@code percent} of a processor, once it runs; for one that has not begun. */
    void throttle(int domain, long percent) {
        throttles.put(domain, percent);
    }

    /** Has a domain be less urgent than others once it runs, as far as this host does that; for one that has not begun. */
    void place(int domain, Placement placement) {
        urgencies.put(domain, Urgency.of(placement.priority(), means));
    }

    /** Has a domain run in a JVM with a heap of {@code mib} at most; for one that has not begun. */
    void limitHeap(int domain, int mib) {
        heaps.put(domain, mib);
    }

    private Confinement.Budget budget(Carrier.CarriedDomain domain, Confinement.Budget usual, long memory) {
        return new Confinement.Budget(
                Math.max(usual.memory(), memory),
                usual.processes(),
                throttles.getOrDefault(domain.number(), usual.cpuPercent()),
                urgencies.getOrDefault(domain.number(), usual.urgency()));
    }

    /** Forgets a domain, which has ended. */
    void forget(int domain) {
        throttles.remove(domain);
        urgencies.remove(domain);
        heaps.remove(domain);
    }

    @Override
    public Memory allocate(long bytes) {
        try {
            return new FileMemory(bytes);
        } catch (HostException e) {
            OutOfMemoryError error = new OutOfMemoryError("The host has no memory: " + e.getMessage());
            error.initCause(e);
            throw error;
        }
    }

    /** Whoever would wait for a piece is a process, which nothing of the kernel's holds up where it accesses memory. */
    @Override
    public boolean holdsUpAtHoles() {
        return false;
    }

    @Override
    public Admission admit(byte[] binary) {
        if (startsWith(binary, 0x7f, 'E', 'L', 'F')) {
            return switch (ElfImage.readForAllRights(binary)) {
                case ElfImage.Verdict.Malformed malformed -> new Admission.Refused(malformed.message());
                case ElfImage.Verdict.Good(ElfImage image) ->
                    new Admission.Admitted(new ComponentProcess(
                            this, domain -> startNative(domain, binary, image.frames() * MemoryFile.PAGE)));
            };
        }
        if (!startsWith(binary, 'P', 'K', 3, 4)) {
            return new Admission.Refused("The binary is neither a JAR nor an ELF file.");
        }
        try {
            String componentClass = ComponentManifest.componentClass(JarContent.read(binary));
            return componentClass.isEmpty()
                    ? new Admission.Refused(ComponentManifest.NO_COMPONENT)
                    : new Admission.Admitted(new ComponentProcess(this, domain -> startJar(domain, binary)));
        } catch (JarContent.Unreadable | ComponentManifest.Damaged e) {
            return new Admission.Refused(String.valueOf(e.getMessage()));
        }
    }

    private Start startNative(Carrier.CarriedDomain domain, byte[] binary, long segments) throws HostException {
        long pages = segments + Protocol.STACK_BYTES;
        Optional<Failure> refused = domain.charge(pages);
        if (refused.isPresent()) {
            return new Start.Failed(new StartFailure(
                    StartFailure.Step.SEGMENT,
                    "its segments and its stack take " + pages + " bytes: " + refused.get()));
        }
        try (MemoryFile program = MemoryFile.holding("component", binary)) {
            return warmNatives
                    .take()
                    .begin(program, NATIVE, budget(domain, NATIVE_BUDGET, pages + (long) NATIVE_HOST_MIB * MIB));
        }
    }

    private Start startJar(Carrier.CarriedDomain domain, byte[] binary) throws HostException {
        int heap = heaps.getOrDefault(domain.number(), JvmSandbox.HEAP_MIB);
        try (MemoryFile program = MemoryFile.holding("component", binary)) {
            return jvm(heap).begin(program, JvmSandbox.LIMITS, budget(domain, jvmBudget(heap), 0));
        }
    }

    /** What a component in a JVM with a heap of so many MiB is held to. */
    private static Confinement.Budget jvmBudget(int heap) {
        long memory = (long) (JvmSandbox.HOST_MIB - JvmSandbox.HEAP_MIB + heap) * MIB;
        return new Confinement.Budget(memory, JvmSandbox.THREADS, Confinement.Budget.UNLIMITED);
    }

    private Sandbox jvm(int heap) throws HostException {
        if (heap == JvmSandbox.HEAP_MIB) {
            return warmJvms.take();
        }
        Confinement small;
        synchronized (smallJvms) {
            small = smallJvms.get(heap);
            if (small == null) {
                small = new Confinement(JvmSandbox.describe(heap), Optional.of(groups));
                smallJvms.put(heap, small);
            }
        }
        return small.prepare();
    }

    private static boolean startsWith(byte[] file, int... magic) {
        if (file.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (file[i] != (byte) magic[i]) {
                return false;
            }
        }
        return true;
    }

    SlotTable slots() {
        return slots;
    }

    /** The process of a domain; {@code null} where it has none. */
    @Nullable ComponentProcess process(int domain) {
        return processes.get(domain);
    }

    /** What the process of a domain takes of the host. */
    Activity activity(int domain) {
        ComponentProcess process = processes.get(domain);
        if (process == null) {
            return Activity.NONE;
        }
        Activity ofProcessor = process.activity();
        return new Activity(ofProcessor.threads(), ofProcessor.cpuNanos(), process.hostBytes());
    }

    /** Notes that a process is being started, for whose watcher the end of all has to wait. */
    void startBegins() {
        synchronized (starts) {
            startsUnderWay++;
        }
    }

    void startEnds() {
        synchronized (starts) {
            startsUnderWay--;
            starts.notifyAll();
        }
    }

    /** Has a thread wait for the end of {@code process}, which runs. */
    void watch(ComponentProcess process) {
        int domain = process.domain().number();
        processes.put(domain, process);
        Thread watcher = Thread.ofPlatform().daemon().name("espalier-watcher").unstarted(() -> {
            try {
                process.watch();
            } finally {
                processes.remove(domain);
                synchronized (starts) {
                    watchers.remove(Thread.currentThread());
                }
            }
        });
        synchronized (starts) {
            watchers.add(watcher);
        }
        watcher.start();
    }

    /** Ends what waits for components, and waits for the ends of all that ran one; their domains have ended. */
    @Override
    public void close() {
        warmJvms.close();
        warmNatives.close();
        boolean interrupted = false;
        Set<Thread> left;
        synchronized (starts) {
            while (startsUnderWay > 0) {
                try {
                    starts.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            left = Set.copyOf(watchers);
        }
        for (Thread watcher : left) {
            while (true) {
                try {
                    watcher.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        natives.close();
        jvms.close();
        synchronized (smallJvms) {
            smallJvms.values().forEach(Confinement::close);
        }
        groups.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
