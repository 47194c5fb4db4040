package org.espalier.sdk;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.base.Allocation;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Cpu;
import org.espalier.base.CpuRpc;
import org.espalier.base.CpuThread;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Entrypoint;
import org.espalier.base.Failure;
import org.espalier.base.LogSession;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.Owed;
import org.espalier.base.Parent;
import org.espalier.base.ParentRpc;
import org.espalier.base.Pd;
import org.espalier.base.PdRpc;
import org.espalier.base.Placement;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.RegionMap;
import org.espalier.base.Result;
import org.espalier.base.Rom;
import org.espalier.base.RomRpc;
import org.espalier.base.RpcType;
import org.espalier.base.ServerAnswer;
import org.espalier.base.ServerRequest;
import org.espalier.base.SessionArguments;
import org.espalier.base.SessionState;
import org.espalier.base.SignalContext;
import org.espalier.base.Start;
import org.espalier.base.Transfer;
import org.espalier.base.View;
import org.espalier.base.YieldRequest;

/**
 * The parent of a native component: notes what it is asked for, and answers what the test has set down. Its own services are LOG, PD
 * for memory, and the ROM module {@code config}.
 */
final class PlayedParent implements Parent {
    /** An answer of a server, to the request of that number. */
    record Answer(int id, ServerAnswer answer) {}

    private final PlayedKernel kernel;
    private final Entrypoint entrypoint;
    private final Map<Integer, Capability<?>> environment = new HashMap<>();
    private final Map<String, Capability<?>> services = new HashMap<>();
    private final Map<Integer, SessionState> sessions = new LinkedHashMap<>();

    final StringBuilder log = new StringBuilder();
    final List<SessionArguments> opened = new ArrayList<>();
    final List<Integer> closed = new ArrayList<>();
    final Map<String, Long> announced = new LinkedHashMap<>();
    final List<Answer> answers = new ArrayList<>();
    /** What becomes of the next session requests of a service, before one is granted. */
    final Map<String, Deque<SessionState>> refusals = new HashMap<>();

    private final Deque<ServerRequest> requests = new ArrayDeque<>();
    private Capability<SignalContext> news = Capability.none();
    private Capability<SignalContext> requestSignal = Capability.none();
    private Capability<SignalContext> heartbeat = Capability.none();
    private Capability<SignalContext> grants = Capability.none();
    private final Module module;
    /** The largest dataspace that the component's quota covers. */
    private long ram = 1 << 20;

    final List<RamQuota> wishes = new ArrayList<>();
    private int alive;
    private int exitValue = Integer.MIN_VALUE;

    PlayedParent(PlayedKernel kernel, String config) {
        this.kernel = kernel;
        this.entrypoint = Entrypoint.initial(kernel);
        kernel.parent(manage(ParentRpc.TYPE, this).index());
        environment.put(PD, manage(PdRpc.TYPE, new Memory()));
        LogSession lines = text -> {
            log.append(text);
            return Result.done();
        };
        environment.put(LOG, manage(LogSessionRpc.TYPE, lines));
        environment.put(CPU, manage(CpuRpc.TYPE, new Threads()));
        module = new Module(config);
        services.put("ROM", manage(RomRpc.TYPE, module));
    }

    private <T> Capability<T> manage(RpcType<T> type, T object) {
        return entrypoint.manage(type, object).orThrow("Making an object callable");
    }

    Entrypoint entrypoint() {
        return entrypoint;
    }

    /** Has an object serve all sessions of a service. */
    <T> void serve(RpcType<T> type, T object) {
        services.put(type.name(), manage(type, object));
    }

    /** The value with which the component has exited; none: {@link Integer#MIN_VALUE}. */
    int exitValue() {
        return exitValue;
    }

    /** Has a server fetch a request, and waits until it has answered. */
    ServerAnswer request(ServerRequest request) {
        submit(request);
        return answers.removeLast().answer();
    }

    /** Has a server fetch a request. */
    void submit(ServerRequest request) {
        requests.add(request);
        entrypoint.submit(requestSignal);
        kernel.run();
    }

    /** Asks for a sign of life; whether there was one. */
    boolean lives() {
        int before = alive;
        entrypoint.submit(heartbeat);
        kernel.run();
        return alive == before + 1;
    }

    // ---- Parent

    @Override
    public Result<Done> exit(int value) {
        exitValue = value;
        return Result.done();
    }

    @Override
    public Result<SessionState> open(int id, SessionArguments arguments) {
        if (sessions.containsKey(id)) {
            return Result.failed(Failure.INVALID_ARGUMENT);
        }
        opened.add(arguments);
        Deque<SessionState> before = refusals.getOrDefault(arguments.service(), new ArrayDeque<>());
        SessionState state = before.isEmpty() ? granted(arguments) : before.remove();
        sessions.put(id, state);
        return Result.ok(state);
    }

    private SessionState granted(SessionArguments arguments) {
        return services.containsKey(arguments.service())
                ? new SessionState.Open()
                : new SessionState.Denied("Nobody offers " + arguments.service() + ".");
    }

    /** Opens all sessions that are pending. */
    void openPending() {
        sessions.replaceAll((id, state) -> state instanceof SessionState.Pending ? new SessionState.Open() : state);
        entrypoint.submit(news);
        kernel.run();
    }

    @Override
    public Result<SessionState> state(int id) {
        return Result.ok(sessions.getOrDefault(id, new SessionState.Closed()));
    }

    @Override
    public Result<Capability<?>> capability(int id) {
        Capability<?> fixed = environment.get(id);
        if (fixed != null) {
            return Result.ok(fixed);
        }
        int position = List.copyOf(sessions.keySet()).indexOf(id);
        return position < 0
                ? Result.failed(Failure.INVALID_ARGUMENT)
                : Result.ok(services.getOrDefault(opened.get(position).service(), Capability.none()));
    }

    @Override
    public Result<Done> sessionSignal(Capability<SignalContext> context) {
        news = context;
        return Result.done();
    }

    @Override
    public Result<SessionState> upgrade(int id, RamQuota ram, CapQuota caps) {
        return state(id);
    }

    @Override
    public Result<SessionState> close(int id) {
        closed.add(id);
        return Result.ok(new SessionState.Closed());
    }

    @Override
    public Result<Done> announce(String service, long layout) {
        announced.put(service, layout);
        return Result.done();
    }

    @Override
    public Result<Done> requestSignal(Capability<SignalContext> context) {
        requestSignal = context;
        return Result.done();
    }

    @Override
    public Result<ServerRequest> nextRequest() {
        ServerRequest next = requests.poll();
        return Result.ok(next == null ? new ServerRequest.None() : next);
    }

    @Override
    public Result<Done> answer(int id, ServerAnswer answer) {
        answers.add(new Answer(id, answer));
        return Result.done();
    }

    @Override
    public Result<Done> resourceSignal(Capability<SignalContext> context) {
        grants = context;
        return Result.done();
    }

    @Override
    public Result<Boolean> requestResources(RamQuota more, CapQuota caps) {
        wishes.add(more);
        return Result.ok(false);
    }

    /** Grants the last wish. */
    void grant() {
        ram += wishes.getLast().bytes();
        entrypoint.submit(grants);
        kernel.run();
    }

    @Override
    public Result<Done> yieldSignal(Capability<SignalContext> context) {
        return Result.done();
    }

    @Override
    public Result<YieldRequest> yieldRequest() {
        return Result.ok(new YieldRequest(RamQuota.ZERO, CapQuota.ZERO));
    }

    @Override
    public Result<Done> yielded(RamQuota ram, CapQuota caps) {
        return Result.done();
    }

    @Override
    public Result<Done> heartbeatSignal(Capability<SignalContext> context) {
        heartbeat = context;
        return Result.done();
    }

    @Override
    public Result<Done> alive() {
        alive++;
        return Result.done();
    }

    // ---- services

    private Capability<Dataspace> allocate(long bytes) {
        return Capability.at(kernel, kernel.createMemory(RamQuota.pages(bytes)));
    }

    private final class Module implements Rom {
        private Capability<Dataspace> content = Capability.none();
        private Capability<SignalContext> watcher = Capability.none();

        Module(String text) {
            fill(text);
        }

        void fill(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            content = allocate(bytes.length);
            View view = new RegionMap(kernel).attach(content).orThrow("Attaching the module");
            view.write(0, bytes);
        }

        @Override
        public Result<Capability<Dataspace>> dataspace() {
            return Result.ok(content);
        }

        @Override
        public Result<Done> signal(Capability<SignalContext> context) {
            watcher = context;
            return Result.done();
        }
    }

    /** Gives the module another content. */
    void change(String text) {
        module.fill(text);
        entrypoint.submit(module.watcher);
        kernel.run();
    }

    private final class Threads implements Cpu {
        @Override
        public Result<Capability<CpuThread>> createThread(Capability<Pd> pd, String name) {
            return Result.ok(
                    Capability.cast(entrypoint.handler(count -> {}).orThrow("Making what stands for a thread")));
        }

        @Override
        public Result<Placement> placement() {
            return Result.failed(Failure.DENIED);
        }

        @Override
        public Result<Done> destroyThread(Capability<CpuThread> thread) {
            log.append("a thread is destroyed\n");
            return Result.done();
        }
    }

    private final class Memory implements Pd {
        @Override
        public Result<Allocation> alloc(long bytes) {
            return Result.ok(
                    bytes > ram
                            ? new Allocation.OutOfRam(new RamQuota(bytes), new RamQuota(ram))
                            : new Allocation.Allocated(allocate(bytes)));
        }

        @Override
        public Result<Done> free(Capability<Dataspace> dataspace) {
            return Result.done();
        }

        @Override
        public Result<Capability<Dataspace>> readOnly(Capability<Dataspace> dataspace) {
            return Result.failed(Failure.DENIED);
        }

        @Override
        public Result<Long> size(Capability<Dataspace> dataspace) {
            return Result.failed(Failure.DENIED);
        }

        @Override
        public Result<Quotas> quotas() {
            return Result.failed(Failure.DENIED);
        }

        @Override
        public Result<Done> referenceAccount(Capability<Pd> reference) {
            return Result.failed(Failure.DENIED);
        }

        @Override
        public Result<Transfer> transfer(Capability<Pd> to, RamQuota ram, CapQuota caps) {
            return Result.failed(Failure.DENIED);
        }

        @Override
        public Result<Owed> reclaim(Capability<Pd> debtor, Capability<Pd> creditor, RamQuota ram, CapQuota caps) {
            return Result.failed(Failure.DENIED);
        }

        @Override
        public Result<Start> start(
                Capability<Dataspace> binary, Capability<Parent> parent, Capability<SignalContext> faults) {
            return Result.failed(Failure.DENIED);
        }

        @Override
        public Result<String> fault() {
            return Result.ok("");
        }
    }
}
