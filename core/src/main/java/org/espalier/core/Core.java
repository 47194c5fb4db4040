package org.espalier.core;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.espalier.base.AlarmRpc;
import org.espalier.base.CapQuota;
import org.espalier.base.CpuRpc;
import org.espalier.base.EntropyRpc;
import org.espalier.base.Entrypoint;
import org.espalier.base.Label;
import org.espalier.base.Log;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.PdRpc;
import org.espalier.base.RamQuota;
import org.espalier.base.RegionMap;
import org.espalier.base.ReportRpc;
import org.espalier.base.Result;
import org.espalier.base.RmRpc;
import org.espalier.base.RomRpc;
import org.espalier.base.Root;
import org.espalier.base.RpcType;
import org.espalier.base.RtcRpc;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.config.Node;
import org.espalier.kernel.spi.Kernel.Costs;
import org.espalier.kernel.spi.Ledger;
import org.espalier.kernel.spi.RunningKernel;
import org.espalier.sandbox.ChildSpec;
import org.espalier.sandbox.Listener;
import org.espalier.sandbox.LocalService;
import org.espalier.sandbox.RootService;
import org.espalier.sandbox.Sandbox;
import org.espalier.sandbox.SandboxEnv;
import org.espalier.sandbox.Trading;

/**
 * core as a component: its services, each group at an entrypoint of its own so that one that is busy does not hold up another, and
 * a sandbox whose only child is init.
 */
final class Core {
    private static final Set<String> SERVICES = Set.of(
            PdRpc.TYPE.name(),
            CpuRpc.TYPE.name(),
            RmRpc.TYPE.name(),
            RomRpc.TYPE.name(),
            LogSessionRpc.TYPE.name(),
            ReportRpc.TYPE.name(),
            AlarmRpc.TYPE.name(),
            RtcRpc.TYPE.name(),
            EntropyRpc.TYPE.name());

    private static final String INIT = "init";

    private final RunningKernel kernel;
    private final PdService domains;
    private final ReportService reports;
    private final Sandbox sandbox;
    private final Entrypoint hostEntrypoint;
    private final Mailbox sandboxWork;
    private final Mailbox hostWork;
    private final Set<String> offered = new HashSet<>();

    /** To be made by a thread of core. */
    Core(
            RunningKernel kernel,
            Costs costs,
            Ledger ram,
            Ledger caps,
            LogService log,
            RomSource modules,
            IntConsumer onExit) {
        this.kernel = kernel;
        ComponentKernel own = kernel.core();
        Entrypoint root = Entrypoint.initial(own);
        Entrypoint resources = entrypoint(own, "resources");
        Entrypoint romEntrypoint = entrypoint(own, "rom");
        RegionMap rm = new RegionMap(own);
        this.hostEntrypoint = entrypoint(own, "host");
        this.domains = new PdService(kernel, resources, ram, caps, costs, RunningKernel.CORE_DOMAIN);
        RomService roms = new RomService(kernel, RunningKernel.CORE_DOMAIN, rm, modules);
        this.reports = new ReportService(kernel, RunningKernel.CORE_DOMAIN, rm);
        SandboxEnv env = new SandboxEnv(
                root,
                PdRpc.TYPE.stub(domains.own()),
                domains.own(),
                rm,
                Log.to(text -> {
                    log.line(new Label("core"), text.stripTrailing());
                    return Result.done();
                }),
                Optional.empty());
        this.sandbox = new Sandbox(env, watch(onExit), Trading.NOTHING);
        this.sandboxWork = new Mailbox(kernel, root);
        this.hostWork = new Mailbox(kernel, hostEntrypoint);

        offer(domains);
        offer(new RootService<>(CpuRpc.TYPE, resources, 2, new CpuService(kernel, domains)));
        offer(new RootService<>(
                RmRpc.TYPE, resources, RmService.SESSION_CAPS, new RmService(kernel, RunningKernel.CORE_DOMAIN)));
        offer(new RootService<>(RomRpc.TYPE, romEntrypoint, 2, roms));
        offer(new RootService<>(LogSessionRpc.TYPE, entrypoint(own, "log"), 1, log));
        offer(new RootService<>(ReportRpc.TYPE, entrypoint(own, "report"), 3, reports));
        Entrypoint time = entrypoint(own, "time");
        offer(new RootService<>(AlarmRpc.TYPE, time, 2, ClockServices.alarm(kernel)));
        offer(new RootService<>(RtcRpc.TYPE, time, 1, ClockServices.rtc(kernel)));
        offer(new RootService<>(EntropyRpc.TYPE, time, 1, ClockServices.entropy(kernel)));
        if (!offered.equals(SERVICES)) {
            throw new IllegalStateException("core offers " + offered + " and says that it offers " + SERVICES + ".");
        }
    }

    /** What it offers, for those who want to know before there is a system. */
    static Set<String> services() {
        return SERVICES;
    }

    /** The last report with that label. */
    Optional<String> report(String label) {
        return reports.latest(label);
    }

    private static Entrypoint entrypoint(ComponentKernel own, String name) {
        return Entrypoint.create(own, name).orThrow("Creating core's entrypoint " + name);
    }

    private static Listener watch(IntConsumer onExit) {
        return new Listener() {
            @Override
            public void exited(ChildSpec child, int value) {
                onExit.accept(value);
            }

            @Override
            public void faulted(ChildSpec child, String description) {
                onExit.accept(-1);
            }

            @Override
            public void notStarted(ChildSpec child, String reason) {
                onExit.accept(-1);
            }
        };
    }

    private void offer(LocalService service) {
        sandbox.offer(service);
        offered.add(service.name());
    }

    /** Offers a service of the surrounding program. */
    <T> void offer(RpcType<T> type, Root<T> root) {
        offer(new HostService<>(new RootService<>(type, hostEntrypoint, 1, root), hostWork, sandboxWork));
    }

    /** Starts init with all that it may give to its children, or hands it a new configuration. */
    void configure(RamQuota ram, CapQuota caps, Node config) {
        ChildSpec init = ChildSpec.of(INIT, INIT, ram, caps).configured(config).exitingTogether();
        EspalierSystem.inside(sandboxWork::post, () -> sandbox.apply(offered, List.of(init)));
    }

    SystemState state() {
        return new SystemState(domains.state(), kernel.threads(), kernel.quarantine());
    }

    void close() {
        EspalierSystem.inside(sandboxWork::post, sandbox::close);
    }
}
