package org.espalier.kernel.hw;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.espalier.base.Failure;
import org.espalier.base.spi.ComponentKernel;

/** A domain as its {@link Carrier} sees it. */
final class Carried implements Carrier.CarriedDomain {
    private final HwRunningKernel kernel;
    private final Domain domain;
    private final ComponentKernel half;

    Carried(HwRunningKernel kernel, Domain domain, ComponentKernel half) {
        this.kernel = kernel;
        this.domain = domain;
        this.half = half;
    }

    @Override
    public int number() {
        return domain.number;
    }

    @Override
    public String name() {
        return domain.name;
    }

    @Override
    public ComponentKernel kernel() {
        return half;
    }

    @Override
    public void onStop(Runnable action) {
        domain.onStop(action);
    }

    @Override
    public void stop(String fault) {
        // One that has ended itself, or was ended, has no fault any more.
        if (!domain.stopped) {
            kernel.stop(domain, fault);
        }
    }

    @Override
    public Optional<Failure> charge(long bytes) {
        return Optional.ofNullable(domain.charge(bytes, 0));
    }

    @Override
    public void refund(long bytes) {
        domain.refund(bytes, 0);
    }

    @Override
    public void meter(LongSupplier nanos) {
        domain.cpu.alsoElsewhere(nanos);
    }

    @Override
    public void rest() {
        kernel.holdUp(domain);
    }

    @Override
    public Carrier.Shown memory(int dataspace) {
        return switch (domain.lookup(dataspace)) {
            case PhysicalMemory memory -> new Carrier.Shown.Bytes(memory.carried(), true);
            case ReadOnlyMemory memory -> new Carrier.Shown.Bytes(memory.base.carried(), false);
            case null, default -> new Carrier.Shown.Nothing();
        };
    }

    @Override
    public Carrier.Target target(int capability) {
        KernelObject object = domain.lookup(capability);
        if (object == null || object.isDead() || object.owner.stopped) {
            return new Carrier.Target.Other();
        }
        return switch (object) {
            case KernelObject.RpcObject rpc -> served(rpc, rpc.entry, rpc.id, false);
            case KernelObject.Context context
            when context.entry != null -> served(context, context.entry, context.id, true);
            default -> new Carrier.Target.Other();
        };
    }

    private static Carrier.Target served(KernelObject object, Entry entry, long id, boolean context) {
        return entry.lock.isClosed()
                ? new Carrier.Target.Other()
                : new Carrier.Target.Served(object, object.owner.number, entry.number, id, context, entry.bit);
    }

    @Override
    public Carrier.Chain chain() {
        return new Carrier.Chain(kernel.execution().callers());
    }

    /** What a thread works with where it is. */
    private record Place(HwMessage message) implements Carrier.Caller {}

    @Override
    public Carrier.Caller caller() {
        return new Place(own());
    }

    private HwMessage own() {
        HwMessage message = kernel.execution().message;
        if (message == null || message.domain != domain) {
            throw new IllegalStateException("A thread that does not execute " + domain + " asked where in it it is.");
        }
        return message;
    }

    @Override
    public int callFor(Carrier.Caller caller, int capability, int acceptedCaps) {
        HwMessage message = own();
        HwMessage before = message.caller;
        message.caller = ((Place) caller).message();
        try {
            return half.call(message, capability, acceptedCaps);
        } finally {
            message.caller = before;
        }
    }

    @Override
    public void leaveChain() {
        own().caller = null;
    }

    @Override
    public void accompany(int entrypoint, Runnable body) {
        Entry entry = domain.entry(entrypoint);
        if (entry == null) {
            throw new IllegalStateException(domain + " has no entrypoint " + entrypoint + ".");
        }
        kernel.execute(() -> kernel.accompany(entry, half, body));
    }

    @Override
    public void faulted(int entrypoint, String fault) {
        Entry entry = domain.entry(entrypoint);
        if (entry != null) {
            kernel.faulted(entry, new Carrier.Fault(fault));
        }
    }
}
