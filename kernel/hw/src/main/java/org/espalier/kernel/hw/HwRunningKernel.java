package org.espalier.kernel.hw;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.espalier.base.Component;
import org.espalier.base.Failure;
import org.espalier.base.Limits;
import org.espalier.base.Startup;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.kernel.hw.KernelObject.Context;
import org.espalier.kernel.hw.KernelObject.Memory;
import org.espalier.kernel.hw.KernelObject.ThreadObject;
import org.espalier.kernel.spi.Account;
import org.espalier.kernel.spi.HeldCapability;
import org.espalier.kernel.spi.Kernel;
import org.espalier.kernel.spi.Kernel.Costs;
import org.espalier.kernel.spi.RunningKernel;
import org.espalier.kernel.verifier.JarContent;
import org.espalier.kernel.verifier.Verdict;
import org.espalier.kernel.verifier.Verifier;
import org.jspecify.annotations.Nullable;

/** The kernel {@code hw} at work. All state of one system hangs on one instance. */
final class HwRunningKernel implements RunningKernel {
    private static final int INITIAL_ENTRYPOINT = 1;
    private static final long PATIENCE_SECONDS = 5;
    private static final String ONE_HEAP =
            "One heap serves all components of this kernel, and nobody can tell what each has of it, so limit ‘heap’ cannot be held.";

    private final Costs costs;
    private final Domain core;
    private final HwComponentKernel coreKernel;
    private final Map<Integer, Domain> domains = new ConcurrentHashMap<>();
    private final AtomicInteger lastDomain = new AtomicInteger();
    private final StackGauge gauge = new StackGauge();
    private final ThreadLocal<Execution> executions = ThreadLocal.withInitial(() -> new Execution(gauge));
    private final Quarantine quarantine = new Quarantine(this::clock);
    private final AtomicInteger running = new AtomicInteger();
    private final ThreadFactory threads;
    private final ThreadClock threadClock;
    private final ExecutorService borrowed;
    private final ScheduledThreadPoolExecutor alarmClock;
    private final JarImages jarImages = new JarImages();
    private final Verifier verifier = Verifier.forThisJdk();
    private final Verdicts verdicts = new Verdicts(verifier);
    private final Object managedLock = new Object();
    private final SecureRandom random = new SecureRandom();
    private final Runnable changed;
    private final LimitWatch limits = new LimitWatch(this::exceeded);
    private final long epoch = System.nanoTime();
    private final Carrier carrier;
    private final Runnable closed;
    private final @Nullable Fabric fabric;
    /** Threads of core in the kernel beneath, for those of the program around the system. */
    private final Queue<Fabric.Seat> coreSeats = new ConcurrentLinkedQueue<>();

    private @Nullable ScheduledFuture<?> alarm;

    /**
     * Core alone.
     *
     * @param carrier who makes memory, and carries the domains that are not of this JVM
     * @param closed what to run when the kernel is closed, and all memory is given back
     */
    HwRunningKernel(Account ram, Account caps, Costs costs, Kernel.Options options, Carrier carrier, Runnable closed) {
        this(ram, caps, costs, options, carrier, null, closed);
    }

    /**
     * Core alone.
     *
     * @param fabric what domains consist of in the kernel beneath, {@code null} if there is none
     */
    HwRunningKernel(
            Account ram,
            Account caps,
            Costs costs,
            Kernel.Options options,
            Carrier carrier,
            @Nullable Fabric fabric,
            Runnable closed) {
        this.fabric = fabric;
        this.carrier = carrier;
        this.closed = closed;
        this.costs = costs;
        this.changed = options.changed();
        this.threadClock = ThreadClock.forThreads(options.virtualThreads());
        this.threads = options.virtualThreads()
                ? Thread.ofVirtual().name("espalier-", 0).factory()
                : Thread.ofPlatform().daemon().name("espalier-", 0).factory();
        this.borrowed = options.virtualThreads()
                ? Executors.newThreadPerTaskExecutor(threads)
                : Executors.newCachedThreadPool(threads);
        this.alarmClock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("espalier-alarm").factory());
        this.alarmClock.setRemoveOnCancelPolicy(true);
        int number = lastDomain.incrementAndGet();
        try {
            this.core = new Domain(
                    number, "core", ram, caps, threadClock, fabric == null ? null : fabric.space(number, "core"));
            this.coreKernel = new HwComponentKernel(this, core);
            this.core.add(newEntry(core, "core", coreKernel));
        } catch (Fabric.Exhausted e) {
            throw new IllegalStateException("The kernel beneath has no memory for core.", e);
        }
        this.domains.put(core.number, core);
    }

    /** An entrypoint that nobody works in yet. */
    Entry newEntry(Domain domain, String name, HwComponentKernel kernel) throws Fabric.Exhausted {
        Fabric.Post post = domain.space == null ? null : domain.space.post(name);
        return new Entry(this, domain, name, new HwMessage(kernel, domain), post);
    }

    /** Has an entrypoint's own thread work there, where there is one. */
    void beginWork(Entry entry, HwComponentKernel kernel) {
        if (fabric != null) {
            threads.newThread(() -> kernel.work(entry)).start();
        }
    }

    /** An initial entrypoint has been bound: that of a component works once it was constructed. */
    void bound(Entry entry, HwComponentKernel kernel) {
        if (entry.domain == core) {
            beginWork(entry, kernel);
        }
    }

    /** Bytes that an awaited signal context takes of the kernel beneath. */
    long bellBytes() {
        return fabric == null ? 0 : fabric.bellBytes();
    }

    private Fabric.@Nullable Seat takeCoreSeat() {
        if (core.space == null) {
            return null;
        }
        Fabric.Seat seat = coreSeats.poll();
        try {
            return seat == null ? core.space.seat("program") : seat;
        } catch (Fabric.Exhausted e) {
            throw new IllegalStateException("The kernel beneath has no memory for one more thread of core.", e);
        }
    }

    Costs costs() {
        return costs;
    }

    Execution execution() {
        return executions.get();
    }

    void execute(Runnable task) {
        if (!borrowed.isShutdown()) {
            borrowed.execute(task);
        }
    }

    @Override
    public ComponentKernel core() {
        return coreKernel;
    }

    @Override
    public void enterCore(Runnable body) {
        Execution execution = execution();
        HwMessage before = execution.message;
        if (core.stopped) {
            throw new IllegalStateException("The system is closed.");
        }
        HwMessage inside = new HwMessage(coreKernel, core);
        // A component's thread that came here through a service of the program goes on with its chain of calls.
        inside.caller = before;
        Fabric.Seat seat = takeCoreSeat();
        inside.seat = seat;
        execution.become(inside);
        try {
            body.run();
        } catch (DomainEnded e) {
            throw new IllegalStateException("The system was closed while this program was inside of it.", e);
        } finally {
            execution.become(before);
            if (seat != null) {
                coreSeats.add(seat);
            }
        }
    }

    // ---- entering and leaving entrypoints

    /** Waits for the turn at {@code entry} as a thread of {@code caller}; false when the entrypoint is closed. */
    boolean acquire(Domain caller, Entry entry) {
        return caller.waitFor(entry.lock::acquire);
    }

    void release(Entry entry) {
        entry.release();
        // Whoever came in next and is in there still takes it out, not this thread.
        if (entry.domain.stopped && !entry.lock.isTaken() && quarantine.leave(entry)) {
            changed.run();
        }
    }

    /** Makes the calling thread, which is nobody's, the one that runs in {@code entry}. */
    boolean enter(Entry entry) {
        while (true) {
            try {
                if (!entry.lock.acquire()) {
                    return false;
                }
                break;
            } catch (InterruptedException e) {
                // A borrowed thread belongs to no domain that could end, so it has nothing to leave for.
            }
        }
        if (entry.domain.stopped) {
            release(entry);
            return false;
        }
        entry.message.caller = null;
        Execution execution = execution();
        execution.become(entry.message);
        entry.domain.cpu.begin(execution);
        running.incrementAndGet();
        return true;
    }

    void leave(Entry entry) {
        running.decrementAndGet();
        Execution execution = execution();
        execution.become(null);
        entry.domain.left();
        entry.domain.cpu.end(execution);
        release(entry);
    }

    /** Runs code of an entrypoint's domain beside it, on the calling thread, which is nobody's. */
    void accompany(Entry entry, ComponentKernel kernel, Runnable body) {
        Domain domain = entry.domain;
        Execution execution = execution();
        HwMessage message = new HwMessage(kernel, domain);
        message.beside = entry.message;
        execution.become(message);
        try {
            if (!domain.stopped) {
                body.run();
            }
        } catch (Throwable fault) {
            faulted(entry, fault);
        } finally {
            execution.become(null);
            domain.left();
        }
    }

    /** Ends an entrypoint whose code failed: what it was about to do is half done, so nobody may enter it again. */
    void faulted(Entry entry, Throwable fault) {
        end(entry, () -> Faults.describe(entry.name, fault));
    }

    private void end(Entry entry, Supplier<String> fault) {
        if (entry.domain.stopped) {
            return;
        }
        entry.abandon();
        entry.domain.dissolveObjectsOf(entry, costs.slotCaps());
        entry.domain.fault(fault.get());
        changed.run();
    }

    // ---- protection domains

    @Nullable Domain domain(int number) {
        return domains.get(number);
    }

    @Override
    public int createDomain(String name, Account ram, Account caps) {
        int number = lastDomain.incrementAndGet();
        Fabric.Space space = null;
        if (fabric != null) {
            try {
                space = fabric.space(number, name);
            } catch (Fabric.Exhausted e) {
                return -Failure.OUT_OF_RAM.status();
            }
        }
        Domain domain = new Domain(number, name, ram, caps, threadClock, space);
        Failure failure = domain.charge(costs.domainRam(), costs.domainCaps());
        if (failure != null) {
            if (space != null) {
                space.close();
            }
            return -failure.status();
        }
        domains.put(domain.number, domain);
        changed.run();
        return domain.number;
    }

    @Override
    public Optional<String> limit(int number, Limits most) {
        Optional<String> obstacle =
                most.heap() == Limits.UNLIMITED ? threadClock.obstacle(most) : Optional.of(ONE_HEAP);
        Domain domain = domain(number);
        if (domain != null && obstacle.isEmpty()) {
            domain.limitThreads(most.threads());
            if (most.throttles()) {
                domain.throttle = new Throttle(most.cpu(), () -> holdUp(domain), System.nanoTime());
            }
            if (most.needMetering()) {
                limits.add(domain, most);
            }
        }
        return obstacle;
    }

    private void exceeded(Domain domain, String which) {
        stop(domain, "limit: the component took " + which);
    }

    /** Stops a domain because of a fault. */
    void stop(Domain domain, String fault) {
        domain.fault(fault);
        quarantine.enter(domain, domain.halt());
        changed.run();
    }

    @Override
    public Launch start(int number, int binary, int parent, int faultSignal, boolean trusted) {
        Domain domain = domain(number);
        if (domain == null || domain.ended) {
            return new Launch.Refused(Failure.GONE);
        }
        Body body;
        switch (admit(content(binary), trusted)) {
            case Admission.Refused(String reason) -> {
                return new Launch.NotRunnable(reason);
            }
            case Admission.Admitted(Body admitted) -> body = admitted;
        }
        KernelObject parentObject = core.lookup(parent);
        if (parentObject == null) {
            return new Launch.Refused(Failure.INVALID_CAPABILITY);
        }
        HwComponentKernel kernel = new HwComponentKernel(this, domain);
        Entry entry;
        synchronized (domain) {
            if (domain.entry(INITIAL_ENTRYPOINT) != null) {
                return new Launch.Refused(Failure.DENIED);
            }
            Failure failure = domain.charge(0, costs.slotCaps());
            if (failure != null) {
                return new Launch.Refused(failure);
            }
            try {
                entry = newEntry(domain, "ep", kernel);
            } catch (Fabric.Exhausted e) {
                domain.refund(0, costs.slotCaps());
                return new Launch.Refused(Failure.OUT_OF_RAM);
            }
            if (domain.insert(parentObject) != ComponentKernel.PARENT) {
                throw new IllegalStateException("The capability of the parent is the first of a domain.");
            }
            domain.add(entry);
        }
        if (core.lookup(faultSignal) instanceof Context signal) {
            domain.watchFaults(signal);
        }
        if (fabric == null) {
            execute(() -> construct(entry, kernel, body));
        } else {
            threads.newThread(() -> {
                        construct(entry, kernel, body);
                        kernel.work(entry);
                    })
                    .start();
        }
        return new Launch.Launched();
    }

    /** What runs in the initial entrypoint of a new domain, which the calling thread has entered. */
    private interface Body {
        void run(Entry entry, ComponentKernel kernel) throws Throwable;
    }

    private sealed interface Admission {
        record Admitted(Body body) implements Admission {}

        record Refused(String reason) implements Admission {}
    }

    private Admission admit(byte[] file, boolean trusted) {
        return switch (carrier.admit(file)) {
            case Carrier.Admission.Refused(String reason) -> new Admission.Refused(reason);
            case Carrier.Admission.Admitted(Carrier.Program program) ->
                new Admission.Admitted((entry, kernel) -> program.construct(new Carried(this, entry.domain, kernel)));
            case Carrier.Admission.Left _ -> admitJar(file, trusted);
        };
    }

    private Admission admitJar(byte[] file, boolean trusted) {
        return switch (jarImages.load(file)) {
            case JarImages.Loaded.Refused(String reason) -> new Admission.Refused(reason);
            case JarImages.Loaded.Image(JarImage image) ->
                new Admission.Admitted((entry, kernel) -> instantiate(entry, kernel, image, trusted));
        };
    }

    private byte[] content(int binary) {
        PhysicalMemory memory = switch (core.lookup(binary)) {
            case PhysicalMemory physical -> physical;
            case ReadOnlyMemory readOnly -> readOnly.base;
            case null, default -> null;
        };
        if (memory == null || memory.bytes > JarContent.MAX_BYTES) {
            return new byte[0];
        }
        try {
            return memory.part(0, memory.bytes, false).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        } catch (IllegalStateException e) {
            // Its owner freed it while it was read; core must not fault over what a client can do at any time.
            // The JVM interrupts whom it throws out of closed memory.
            Thread.interrupted();
            return new byte[0];
        }
    }

    /** The classes for a new instance; {@code null} if the verifier lets none in, which is its fault. */
    private @Nullable ComponentLoader prepare(Entry entry, JarImage image, boolean trusted) {
        Domain domain = entry.domain;
        SharedClasses.Factory own = () -> newLoader(domain, image);
        if (trusted) {
            return own.make();
        }
        // Of many instances that start at once, one finds out for all. Its code may run for that: nobody relies on it.
        boolean isTurn = domain.waitFor(() -> image.preparation().tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS));
        try {
            Verdict verdict = verdicts.of(image, () -> !domain.stopped);
            if (!verdict.isClean()) {
                end(entry, () -> Faults.rejected(verdict));
                return null;
            }
            // What is shared cannot poll for one instance alone.
            ComponentLoader loader = domain.throttle == null ? image.loader(own) : own.make();
            domain.polls = loader.polls();
            return loader;
        } finally {
            if (isTurn) {
                image.preparation().release();
            }
        }
    }

    private ComponentLoader newLoader(Domain domain, JarImage image) {
        Throttle throttle = domain.throttle;
        PollSite polls = throttle == null
                ? new PollSite(this::leaveIfStopped)
                : new PollSite(this::leaveIfStopped, throttle::poll);
        domain.polls = polls;
        return new ComponentLoader(image, verifier, polls);
    }

    /** What an armed poll does. The code that polls may be shared by many domains; the one that it runs for is the thread's. */
    void leaveIfStopped() {
        Domain domain = execution().domain();
        if (domain != null && domain.stopped) {
            throw domain.endedError;
        }
    }

    /**
     * What a poll in a throttled domain does: waits for credit, on the domain's own threads. Others that are in its code, or its own
     * within a call, go on, for somebody else waits for them.
     */
    void holdUp(Domain throttled) {
        leaveIfStopped();
        Execution execution = execution();
        Throttle throttle = throttled.throttle;
        if (throttle != null && execution.depth == 0 && execution.domain() == throttled) {
            throttled.waitFor(() -> {
                throttle.await();
                return true;
            });
        }
    }

    private void construct(Entry entry, ComponentKernel kernel, Body body) {
        if (!enter(entry)) {
            return;
        }
        try {
            body.run(entry, kernel);
        } catch (Throwable fault) {
            faulted(entry, fault);
        } finally {
            leave(entry);
        }
    }

    private void instantiate(Entry entry, ComponentKernel kernel, JarImage image, boolean trusted)
            throws ReflectiveOperationException {
        // On the component's own thread, for a large file takes long, and core waits for nobody's code.
        ComponentLoader loader = prepare(entry, image, trusted);
        if (loader == null) {
            return;
        }
        if (entry.domain.stopped) {
            // Whoever makes threads leave may have armed other polls than those of this loader.
            throw entry.domain.endedError;
        }
        Class<?> type = loader.loadClass(image.componentClass());
        if (!Component.class.isAssignableFrom(type)) {
            throw new ClassCastException("Class " + type.getName() + ", which the manifest names in "
                    + Component.MANIFEST_ATTRIBUTE + ", is no " + Component.class.getName() + ".");
        }
        Startup.run(kernel, (Component) type.getConstructor().newInstance());
    }

    @Override
    public void destroyDomain(int number) {
        Domain domain = domains.remove(number);
        if (domain == null) {
            return;
        }
        Domain.Remains remains = domain.end();
        remains.unstarted().forEach(this::retire);
        domain.entries().forEach(Entry::close);
        quarantine.enter(domain, remains.threads());
        changed.run();
    }

    @Override
    public String fault(int number) {
        Domain domain = domain(number);
        return domain == null ? "" : domain.fault();
    }

    @Override
    public List<Quarantined> quarantine() {
        return quarantine.list();
    }

    @Override
    public int threads() {
        return running.get();
    }

    @Override
    public Activity activity(int number) {
        Domain domain = domain(number);
        return domain == null ? Activity.NONE : domain.cpu.activity();
    }

    // ---- memory

    private @Nullable Memory memory(int index) {
        return core.lookup(index) instanceof Memory memory ? memory : null;
    }

    /** Charges {@code payer}, then makes the memory and gives core its capability, which core's own account pays. */
    private int create(int payer, long bytes, MemoryFactory factory) {
        Domain domain = domain(payer);
        if (domain == null) {
            return -Failure.GONE.status();
        }
        Failure failure = domain.charge(bytes, costs.memoryCaps());
        if (failure != null) {
            return -failure.status();
        }
        try {
            Memory memory = factory.make(domain);
            int index = core.insertOwn(memory);
            if (index >= 0) {
                return index;
            }
            if (memory instanceof PhysicalMemory physical) {
                physical.free();
            }
            domain.refund(bytes, costs.memoryCaps());
            return index;
        } catch (OutOfMemoryError e) {
            domain.refund(bytes, costs.memoryCaps());
            return -Failure.OUT_OF_RAM.status();
        }
    }

    private interface MemoryFactory {
        Memory make(Domain payer);
    }

    @Override
    public int createMemory(int payer, long bytes) {
        if (bytes <= 0 || bytes % 4096 != 0) {
            return -Failure.INVALID_ARGUMENT.status();
        }
        return create(payer, bytes, domain -> new PhysicalMemory(core, domain, bytes, carrier.allocate(bytes)));
    }

    @Override
    public int createReadOnly(int payer, int index) {
        return switch (memory(index)) {
            case PhysicalMemory base -> create(payer, 0, domain -> new ReadOnlyMemory(core, domain, base));
            case null, default -> -Failure.INVALID_CAPABILITY.status();
        };
    }

    @Override
    public int createManaged(int payer, long bytes) {
        if (!carrier.holdsUpAtHoles()) {
            return -Failure.UNSUPPORTED.status();
        }
        if (bytes <= 0 || bytes % 4096 != 0) {
            return -Failure.INVALID_ARGUMENT.status();
        }
        return create(payer, 0, domain -> new ManagedMemory(managedLock, core, domain, bytes));
    }

    @Override
    public int managedAttach(int index, int part, long offset, long size, long at, boolean writable) {
        if (!(memory(index) instanceof ManagedMemory managed)) {
            return -Failure.INVALID_CAPABILITY.status();
        }
        Memory memory = memory(part);
        if (memory == null) {
            return -Failure.INVALID_CAPABILITY.status();
        }
        if (writable && memory instanceof ReadOnlyMemory) {
            return -Failure.DENIED.status();
        }
        Memory shown = memory instanceof ReadOnlyMemory readOnly ? readOnly.base : memory;
        if (isOutside(offset, size, shown.bytes) || isOutside(at, size, managed.bytes)) {
            return -Failure.INVALID_ARGUMENT.status();
        }
        Failure failure = managed.attach(shown, offset, size, at, writable);
        return failure == null ? 0 : -failure.status();
    }

    private static boolean isOutside(long offset, long size, long bytes) {
        return offset < 0
                || size <= 0
                || offset % 4096 != 0
                || size % 4096 != 0
                || offset > bytes
                || size > bytes - offset;
    }

    @Override
    public int managedDetach(int index, long at) {
        return memory(index) instanceof ManagedMemory managed && managed.detach(at)
                ? 0
                : -Failure.INVALID_ARGUMENT.status();
    }

    @Override
    public int managedParts(int index) {
        return memory(index) instanceof ManagedMemory managed ? managed.partCount() : 0;
    }

    @Override
    public int managedFaultSignal(int index, int signal) {
        if (!(memory(index) instanceof ManagedMemory managed)) {
            return -Failure.INVALID_CAPABILITY.status();
        }
        managed.watchFaults(core.lookup(signal) instanceof Context context ? context : null);
        return 0;
    }

    @Override
    public long managedFault(int index) {
        Long fault = memory(index) instanceof ManagedMemory managed ? managed.oldestFault(FAULT_WRITE) : null;
        return fault == null ? -1 : fault;
    }

    @Override
    public long memorySize(int index) {
        Memory memory = memory(index);
        return memory == null ? -Failure.INVALID_CAPABILITY.status() : memory.bytes;
    }

    @Override
    public void destroyMemory(int index) {
        Memory memory = memory(index);
        if (memory == null) {
            return;
        }
        // Before its slot is free: who hands it in from now on names nothing, and never what comes into the slot.
        memory.dissolved = true;
        core.remove(index);
        switch (memory) {
            case PhysicalMemory physical -> physical.free();
            case ManagedMemory managed -> managed.end();
            case ReadOnlyMemory readOnly -> {}
        }
        memory.payer.refund(memory.ramCost(), costs.memoryCaps());
    }

    // ---- threads

    @Override
    public int createThread(int number, String name) {
        Domain domain = domain(number);
        if (domain == null) {
            return -Failure.GONE.status();
        }
        if (!domain.takeThread()) {
            return -Failure.DENIED.status();
        }
        Failure failure = domain.charge(costs.threadRam(), costs.threadCaps());
        if (failure != null) {
            domain.returnThread();
            return -failure.status();
        }
        ThreadObject thread = new ThreadObject(core, domain, name);
        int index;
        try {
            thread.seat = domain.space == null ? null : domain.space.seat(name);
            index = core.insertOwn(thread);
        } catch (Fabric.Exhausted e) {
            index = -Failure.OUT_OF_RAM.status();
        }
        if (index < 0) {
            free(thread);
            return index;
        }
        if (!domain.add(thread)) {
            retire(thread);
            return -Failure.GONE.status();
        }
        return index;
    }

    @Override
    public int destroyThread(int index) {
        if (!(core.lookup(index) instanceof ThreadObject thread)) {
            return -Failure.INVALID_CAPABILITY.status();
        }
        if (!thread.domain.take(thread)) {
            return -Failure.DENIED.status();
        }
        retire(thread);
        return 0;
    }

    private void retire(ThreadObject thread) {
        synchronized (core) {
            if (thread.dissolved) {
                return;
            }
            thread.dissolved = true;
            core.remove(thread.ownIndex);
        }
        free(thread);
    }

    private void free(ThreadObject thread) {
        if (thread.seat != null) {
            thread.seat.close();
        }
        thread.domain.returnThread();
        thread.domain.refund(costs.threadRam(), costs.threadCaps());
    }

    /** Starts the thread unless it was started, or its domain has ended. */
    boolean startThread(ThreadObject object, ComponentKernel kernel, Runnable body) {
        Domain.RunningThread thread = object.domain.start(object);
        if (thread == null) {
            return false;
        }
        running.incrementAndGet();
        threads.newThread(() -> run(thread, kernel, body)).start();
        return true;
    }

    private void run(Domain.RunningThread thread, ComponentKernel kernel, Runnable body) {
        Domain domain = thread.object.domain;
        Execution execution = execution();
        HwMessage message = new HwMessage(kernel, domain);
        message.seat = thread.object.seat;
        execution.become(message);
        thread.execution = execution;
        domain.cpu.begin(execution);
        try {
            body.run();
        } catch (Throwable fault) {
            if (!domain.stopped) {
                domain.fault(Faults.describe(thread.object.name, fault));
                changed.run();
            }
        } finally {
            running.decrementAndGet();
            domain.cpu.end(execution);
            domain.remove(thread);
            // Pairs with the end of the domain, which looks at this after it has put the thread into quarantine.
            thread.finished = true;
            if (quarantine.leave(thread)) {
                changed.run();
            }
            retire(thread.object);
        }
    }

    // ---- time and chance

    @Override
    public Optional<List<HeldCapability>> capabilities() {
        return fabric == null ? Optional.empty() : Optional.of(fabric.capabilities());
    }

    @Override
    public long clock() {
        return System.nanoTime() - epoch;
    }

    @Override
    public synchronized void setAlarm(long deadline, int signal) {
        if (alarm != null) {
            alarm.cancel(false);
        }
        if (core.lookup(signal) instanceof Context context) {
            alarm = alarmClock.schedule(
                    () -> Signals.submit(context, 1), Math.max(0, deadline - clock()), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public long wallClock() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    @Override
    public void entropy(byte[] target) {
        random.nextBytes(target);
    }

    @Override
    public void close() {
        for (Domain domain : List.copyOf(domains.values())) {
            if (domain != core) {
                destroyDomain(domain.number);
            }
        }
        alarmClock.shutdownNow();
        destroyDomain(core.number);
        core.endMemory();
        borrowed.shutdown();
        closed.run();
    }
}
