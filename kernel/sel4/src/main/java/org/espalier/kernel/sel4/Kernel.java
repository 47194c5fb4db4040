package org.espalier.kernel.sel4;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.espalier.kernel.sel4.proved.CapLookup;
import org.espalier.kernel.sel4.proved.DerivationTree;
import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.Access;
import org.espalier.machine.AddressSpace;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Engine;
import org.espalier.machine.MemoryView;
import org.espalier.machine.PhysicalMemory;
import org.espalier.machine.Register;
import org.espalier.machine.Trap;
import org.jspecify.annotations.Nullable;

/**
 * The kernel on one processor: lets the thread that is to run do so until it traps, does what the trap is about, and decides who is
 * next. All that it knows of objects is in physical memory; the Java objects that it consists of are made once.
 *
 * <p>Belongs to the thread of its engine, but for {@link #stop} and {@link #interrupts()}'s {@code raise}; or to whoever holds its
 * {@link #lock}, where there are threads of the host.
 */
final class Kernel {
    private static final int CONTEXTS = 128;
    private static final int SPACES = 64;
    private static final int DOMAIN_ENTRIES = 256;
    private static final long SYSCALL_BYTES = 2;

    /** Vector of the exception that says that the machine is to blame. */
    private static final int MACHINE_CHECK = 18;

    // The processor's error code of a page fault: Intel SDM vol. 3, 4.7.
    private static final long FAULT_PRESENT = 1;
    private static final long FAULT_WRITE = 2;
    private static final long FAULT_USER = 4;

    /** How the machine came to its end. */
    enum End {
        /** No thread can run, and nothing can make one run. */
        IDLE,
        /** A program has asked for it. */
        HALTED,
        /** {@link #stop} was called. */
        STOPPED
    }

    private final Engine engine;
    private Observer observer = Observer.NONE;
    private final Object lock = new Object();
    private final MemoryView bytes;
    private final ObjectMemory memory;
    private final Contexts contexts;
    private final Threads threads;
    private final Scheduler scheduler;
    private final SlotTable slots;
    private final CapRules rules;
    private final Endpoints endpoints;
    private final Messages messages;
    private final CapSpaces capSpaces;
    private final Faults faults;
    private final Ipc ipc;
    private final Spaces spaces;
    private final VSpaces vspaces;
    private final Interrupts interrupts;
    private final IoPorts ports;
    private final SystemCalls systemCalls;
    private final HostedThreads hosted;
    private final AbiChoice abi;
    private final Clock clock;
    private Runnable check = () -> {};
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Thread owner = Thread.currentThread();
    private @Nullable Processor processor;

    Kernel(
            Engine engine,
            PhysicalMemory physical,
            Configuration configuration,
            IoPorts.Device bus,
            Console console,
            KernelLog log) {
        this(engine, physical, configuration, bus, console, log, new Ticker(engine::preempt));
    }

    /** With a clock of the caller's. */
    Kernel(
            Engine engine,
            PhysicalMemory physical,
            Configuration configuration,
            IoPorts.Device bus,
            Console console,
            KernelLog log,
            Clock clock) {
        this.engine = engine;
        this.clock = clock;
        bytes = physical.all();
        memory = new ObjectMemory(bytes);
        contexts = new Contexts(memory, physical.all(), CONTEXTS);
        threads = new Threads(memory, contexts);
        DomainSchedule domains = new DomainSchedule(configuration.domains(), DOMAIN_ENTRIES);
        scheduler = new Scheduler(threads, memory, domains, (int) (KernelLayout.READY_QUEUES >>> 4));
        hosted = new HostedThreads(this);
        rules = new CapRules(memory);
        slots = new SlotTable(memory, new DerivationTree(memory, rules));
        endpoints = new Endpoints(memory, threads, scheduler);
        messages = new Messages(memory, threads);
        LookupFailure failure = new LookupFailure();
        SyscallError error = new SyscallError();
        capSpaces = new CapSpaces(memory, new CapLookup(memory), failure);
        faults = new Faults(threads, messages, failure);
        ipc = new Ipc(memory, threads, scheduler, slots, endpoints, messages, capSpaces, rules, faults, log);
        spaces = new Spaces(engine, memory, KernelLayout.EMPTY_SPACE, SPACES);
        vspaces = new VSpaces(memory, spaces, failure);
        interrupts =
                new Interrupts(memory, slots, (int) (KernelLayout.INTERRUPTS >>> ObjectType.SLOT_BITS), this::attend);
        PreemptionPoint preemption =
                new PreemptionPoint(() -> clock.isDue() || interrupts.anyPending(), clock.workUnits());
        ports = new IoPorts(bus);
        Deletion deletion =
                new Deletion(memory, contexts, hosted, slots, endpoints, ipc, vspaces, interrupts, ports, preemption);
        Invocations invocations = new Invocations(
                error,
                ipc,
                new UntypedInvocations(
                        memory, physical.all(), slots, capSpaces, failure, error, threads, scheduler, preemption),
                new CNodeInvocations(memory, slots, capSpaces, rules, failure, error, endpoints, deletion),
                new TcbInvocations(memory, threads, scheduler, slots, rules, error, endpoints, ipc, deletion),
                new VSpaceInvocations(memory, slots, capSpaces, vspaces, failure, error),
                new DeviceInvocations(memory, slots, capSpaces, error, interrupts, ports, deletion),
                new DomainInvocations(memory, scheduler, error));
        abi = AbiChoice.of(configuration.abi());
        systemCalls = new SystemCalls(
                memory,
                threads,
                scheduler,
                messages,
                capSpaces,
                ipc,
                faults,
                failure,
                error,
                new Request(memory, scheduler, messages, ipc),
                invocations,
                abi,
                console,
                log);
    }

    ObjectMemory memory() {
        return memory;
    }

    Threads threads() {
        return threads;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    SlotTable slots() {
        return slots;
    }

    CapRules rules() {
        return rules;
    }

    Ipc ipc() {
        return ipc;
    }

    Endpoints endpoints() {
        return endpoints;
    }

    Messages messages() {
        return messages;
    }

    VSpaces vspaces() {
        return vspaces;
    }

    Interrupts interrupts() {
        return interrupts;
    }

    Spaces spaces() {
        return spaces;
    }

    IoPorts ports() {
        return ports;
    }

    Contexts contexts() {
        return contexts;
    }

    /** Held by whoever is in the kernel, where there are threads of the host. */
    Object lock() {
        return lock;
    }

    HostedThreads hosted() {
        return hosted;
    }

    /** All of physical memory. */
    MemoryView bytes() {
        return bytes;
    }

    /** The first word of the capability at an address of a thread's space, that of none where there is nothing. */
    long find(int tcb, long address) {
        return capSpaces.find(tcb, address) == Status.DONE ? memory.w0(capSpaces.slot()) : 0;
    }

    /** The slot at an address of a thread's space, 0 where there is none. */
    int slot(int tcb, long address) {
        return capSpaces.find(tcb, address) == Status.DONE ? capSpaces.slot() : 0;
    }

    /** Carries out a system call of a thread that runs at the host. */
    int systemCall(int tcb, long number) {
        return systemCalls.handle(tcb, number);
    }

    /** Ends a system call of a thread of the host: who became able to run by it will, if there is a processor. */
    void settle() {
        if (!scheduler.isUndecided()) {
            if (processor != null && !processor.isRunning() && spaces.isUntidy()) {
                processor.attend();
            }
            return;
        }
        if (processor != null && processor.isRunning()) {
            // Nobody may be left who is only wished for: they may be gone when it is decided.
            scheduler.reschedule();
        } else {
            scheduler.schedule();
        }
        if (processor != null) {
            processor.attend();
        }
    }

    /** Threads that do not run at the host run there. */
    void processor(Processor opened) {
        processor = opened;
    }

    /** Has nothing run in ring 3 until the lock, which the caller holds, is given up. */
    void halt() {
        if (processor != null) {
            processor.halt();
        }
    }

    /** The number of an operation, for threads of the host. */
    long number(Invocation operation) {
        return abi.number(operation);
    }

    /** What a program means by a number, for a capability of that type and with a message like that. */
    Invocation operation(long number, int capType, int length, boolean brings) {
        return abi.decide(number, capType, length, brings);
    }

    /** Has somebody look at all that threads do. */
    void observe(Observer by) {
        observer = by;
    }

    /** Has {@code check} run whenever somebody is about to run. */
    void checkBy(Runnable newCheck) {
        check = newCheck;
    }

    /** Runs until the machine comes to its end. */
    End run() {
        clock.start();
        engine.pin();
        scheduler.schedule();
        try {
            while (true) {
                check.run();
                if (systemCalls.halted()) {
                    return End.HALTED;
                }
                if (stopping.getAndSet(false)) {
                    return End.STOPPED;
                }
                int tcb = scheduler.current();
                if (tcb == Threads.NONE) {
                    if (!awaitInterrupt()) {
                        return End.IDLE;
                    }
                } else {
                    step(tcb);
                }
            }
        } finally {
            engine.unpin();
            clock.stop();
        }
    }

    /** Ends {@link #run} soon, or the next one at once. Any thread may call it. */
    void stop() {
        stopping.set(true);
        attend();
    }

    private void attend() {
        engine.preempt();
        LockSupport.unpark(owner);
    }

    private void step(int tcb) {
        CpuContext context = begin(tcb);
        Trap trap = engine.run(space(tcb), context);
        observer.before(tcb, trap);
        end(tcb, context, trap);
        observer.after(tcb, trap, scheduler.current());
    }

    /** The thread that is to run, {@link Threads#NONE} if none can. */
    int chosen() {
        serveInterrupts();
        scheduler.schedule();
        return scheduler.current();
    }

    /** What a thread that is chosen runs with. */
    CpuContext begin(int tcb) {
        CpuContext context = contexts.load(tcb);
        if (threads.state(tcb) == ThreadState.RESTART) {
            context.set(Register.RIP, threads.restartIp(tcb));
            scheduler.setState(tcb, ThreadState.RUNNING);
        }
        context.vectorsAllowed((threads.get(tcb, TcbLayout.FLAGS) & TcbLayout.NO_VECTORS) == 0);
        clock.needed(scheduler.needsTicks());
        return context;
    }

    /** Where it runs. */
    AddressSpace space(int tcb) {
        return spaces.load(root(tcb));
    }

    private long root(int tcb) {
        int root = TcbLayout.slot(tcb, TcbLayout.VSPACE);
        return vspaces.rootOf(memory.w0(root), memory.w1(root));
    }

    /** Does what it has trapped for, and decides who is next. */
    void end(int tcb, CpuContext context, Trap trap) {
        handle(tcb, context, trap);
        serveInterrupts();
        scheduler.schedule();
    }

    /** The host could not run a thread: to who handles its faults that is a machine check, and its space is made anew if it goes on. */
    void failed(int tcb) {
        spaces.close(root(tcb));
        threads.set(tcb, TcbLayout.RESTART_IP, threads.register(tcb, Register.RIP));
        faults.userException(MACHINE_CHECK, 0);
        ipc.fault(tcb);
        scheduler.schedule();
    }

    Clock clock() {
        return clock;
    }

    /** System calls for debugging, by which any thread could write to the console and halt the machine, are none from now on. */
    void refuseDebugging() {
        systemCalls.refuseDebugging();
    }

    private void handle(int tcb, CpuContext context, Trap trap) {
        long address = context.get(Register.RIP);
        switch (trap) {
            case Trap.SystemCall _ -> {
                threads.set(tcb, TcbLayout.RESTART_IP, address - SYSCALL_BYTES);
                // A system call that was pre-empted leaves the thread in a state in which it makes it again.
                systemCalls.handle(tcb, context.get(Register.RDX));
            }
            case Trap.PageFault fault -> {
                threads.set(tcb, TcbLayout.RESTART_IP, address);
                long status = FAULT_USER
                        | (fault.present() ? FAULT_PRESENT : 0)
                        | (fault.access() == Access.WRITE ? FAULT_WRITE : 0);
                // Pages can be executed whenever they can be read, so the processor does not tell fetches apart.
                faults.vmFault(fault.address(), status, false);
                ipc.fault(tcb);
            }
            case Trap.CpuException exception -> {
                threads.set(tcb, TcbLayout.RESTART_IP, address);
                faults.userException(exception.vector(), exception.errorCode());
                ipc.fault(tcb);
            }
            case Trap.Preempted _ -> threads.set(tcb, TcbLayout.RESTART_IP, address);
        }
    }

    private void serveInterrupts() {
        for (int ticks = clock.take(); ticks > 0; ticks--) {
            scheduler.tick();
        }
        interrupts.deliver(ipc);
    }

    /** Waits until somebody may be able to run; false if that will never be. */
    private boolean awaitInterrupt() {
        boolean domainsWait = scheduler.anyoneReady();
        if (!domainsWait && !interrupts.mayCome()) {
            return false;
        }
        clock.needed(false);
        LockSupport.parkNanos(this, Ticker.TICK_NANOS);
        serveInterrupts();
        scheduler.schedule();
        return true;
    }
}
