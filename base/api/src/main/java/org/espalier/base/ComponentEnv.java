package org.espalier.base;

import java.util.function.Function;
import java.util.function.IntConsumer;
import org.espalier.base.spi.ComponentKernel;

/** The environment over the component half of the kernel contract and the protocol of {@link Parent}. */
final class ComponentEnv implements Env {
    private final ComponentKernel kernel;
    private final Parent parent;
    private final Entrypoint entrypoint;
    private final Sessions sessions;
    private final Services services;
    private final Capability<Pd> pdCapability;
    private final Pd pd;
    private final Cpu cpu;
    private final RegionMap regionMap;
    private final Ram ram;
    private final Log log;

    ComponentEnv(ComponentKernel kernel) {
        this.kernel = kernel;
        this.entrypoint = Entrypoint.initial(kernel);
        this.parent = ParentRpc.TYPE.stub(Capability.at(kernel, ComponentKernel.PARENT));
        this.sessions = new Sessions(kernel, parent);
        this.services = new Services(parent, entrypoint);
        this.pdCapability = environment(Parent.PD, "PD");
        this.pd = PdRpc.TYPE.stub(pdCapability);
        this.cpu = CpuRpc.TYPE.stub(environment(Parent.CPU, "CPU"));
        this.log = new Log(LogSessionRpc.TYPE.stub(environment(Parent.LOG, "LOG")));
        this.regionMap = new RegionMap(kernel);
        this.ram = new Ram(pd, new Resources(kernel, parent));
    }

    private <T> Capability<T> environment(int id, String service) {
        return Capability.cast(parent.capability(id).orThrow("Asking the parent for the " + service + " session"));
    }

    @Override
    public Pd pd() {
        return pd;
    }

    @Override
    public Capability<Pd> pdCapability() {
        return pdCapability;
    }

    @Override
    public Cpu cpu() {
        return cpu;
    }

    @Override
    public RegionMap rm() {
        return regionMap;
    }

    @Override
    public Ram ram() {
        return ram;
    }

    @Override
    public Entrypoint ep() {
        return entrypoint;
    }

    @Override
    public Log log() {
        return log;
    }

    @Override
    public Result<Entrypoint> entrypoint(String name) {
        return Entrypoint.create(kernel, name);
    }

    @Override
    public Result<SignalReceiver> signalReceiver() {
        return SignalReceiver.open(kernel);
    }

    @Override
    public Result<Done> startThread(String name, Runnable body) {
        return cpu.createThread(pdCapability, name).then(thread -> {
            int status = kernel.startThread(thread.index(), body);
            if (status < 0) {
                cpu.destroyThread(thread);
            }
            thread.release();
            return status < 0 ? Result.failed(Failure.ofStatus(-status)) : Result.done();
        });
    }

    @Override
    public <T> Connect<T> connect(RpcType<T> type, SessionOptions options) {
        return sessions.connect(type, options);
    }

    @Override
    public Sessions sessions() {
        return sessions;
    }

    @Override
    public Connect<Rom> connectRom(String name) {
        return connect(RomRpc.TYPE, SessionOptions.ROM.label(name));
    }

    @Override
    public AttachedRom attach(Connection<Rom> rom) {
        AttachedRom attached = new AttachedRom(rom, regionMap);
        attached.update();
        return attached;
    }

    @Override
    public <T> Result<Done> announce(RpcType<T> type, Root<T> root) {
        return services.announce(type, root);
    }

    @Override
    public Result<Done> announce(String service, long layout, SessionBroker broker) {
        return services.announce(service, layout, broker);
    }

    @Override
    public void submit(Capability<SignalContext> context) {
        entrypoint.submit(context);
    }

    @Override
    public Result<Done> onYieldRequest(IntConsumer onYield) {
        return named(onYield, parent::yieldSignal);
    }

    @Override
    public YieldRequest yieldRequest() {
        return parent.yieldRequest().orElse(new YieldRequest(RamQuota.ZERO, CapQuota.ZERO));
    }

    @Override
    public void yielded() {
        YieldRequest wanted = yieldRequest();
        yielded(wanted.ram(), wanted.caps());
    }

    @Override
    public void yielded(RamQuota ramFreed, CapQuota capsFreed) {
        parent.yielded(ramFreed, capsFreed);
    }

    @Override
    public boolean requestResources(RamQuota moreRam, CapQuota moreCaps) {
        return parent.requestResources(moreRam, moreCaps).orElse(false);
    }

    @Override
    public Result<Done> onGrant(IntConsumer onGrant) {
        return named(onGrant, parent::resourceSignal);
    }

    /** Has the initial entrypoint answer the parent's heartbeats, if there is a capability for it. */
    void answerHeartbeats() {
        named(count -> parent.alive(), parent::heartbeatSignal);
    }

    /** Makes a signal handler known to the parent; one that it does not take is not kept. */
    private Result<Done> named(IntConsumer onSignal, Function<Capability<SignalContext>, Result<Done>> name) {
        return entrypoint.handler(onSignal).then(context -> {
            Result<Done> named = name.apply(context);
            if (!named.isOk()) {
                entrypoint.dissolve(context);
            }
            return named;
        });
    }

    @Override
    public void exit(int value) {
        parent.exit(value);
        kernel.halt();
    }
}
