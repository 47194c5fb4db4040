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
}
