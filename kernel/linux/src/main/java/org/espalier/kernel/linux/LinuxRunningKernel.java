package org.espalier.kernel.linux;

import java.util.List;
import java.util.Optional;
import org.espalier.base.Limits;
import org.espalier.base.Placement;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.kernel.hw.HwKernel;
import org.espalier.kernel.spi.Account;
import org.espalier.kernel.spi.Kernel;
import org.espalier.kernel.spi.RunningKernel;

/**
 * The kernel {@code linux} at work: the tables and accounts of kernel {@code hw}, and domains that {@link LinuxCarrier} carries. What differs
 * beyond that is here.
 */
final class LinuxRunningKernel implements RunningKernel {
    private final RunningKernel tables;
    private final LinuxCarrier carrier;

    private final CpuLimits cpuLimits;

    private LinuxRunningKernel(RunningKernel tables, LinuxCarrier carrier) {
        this.tables = tables;
        this.carrier = carrier;
        this.cpuLimits = new CpuLimits(carrier);
    }

    static RunningKernel boot(Account ram, Account caps, Kernel.Costs costs, Kernel.Options options)
            throws HostException {
        LinuxCarrier carrier = new LinuxCarrier(LinuxKernel.WARM_JVMS, LinuxKernel.WARM_NATIVES);
        // A thread that waits for a process waits in the host, where it would hold the carrier of a virtual one.
        Kernel.Options platform = new Kernel.Options(false, options.changed());
        return new LinuxRunningKernel(HwKernel.boot(ram, caps, costs, platform, carrier), carrier);
    }

    @Override
    public Optional<String> limit(int domain, Limits limits) {
        if (limits.heapRate() != Limits.UNLIMITED || limits.heapTotal() != Limits.UNLIMITED) {
            return Optional.of("kernel linux does not meter the heap that a component allocates");
        }
        if (limits.throttles() && !carrier.controllers().contains(ControlHierarchy.Controller.CPU)) {
            return Optional.of(
                    "kernel linux holds no component up where the host lets it make no control group for that; without"
                            + " throttling it stops one that takes more time than its limit");
        }
        if (limits.throttles()) {
            carrier.throttle(domain, limits.cpu());
        } else if (limits.cpu() != Limits.UNLIMITED) {
            cpuLimits.add(domain, limits.cpu());
        }
        return tables.limit(domain, new Limits(Limits.UNLIMITED, Limits.UNLIMITED, Limits.UNLIMITED, limits.threads()));
    }

    @Override
    public void place(int domain, Placement placement) {
        carrier.place(domain, placement);
    }

    @Override
    public Activity activity(int domain) {
        return domain == CORE_DOMAIN ? tables.activity(domain) : carrier.activity(domain);
    }

    @Override
    public void close() {
        cpuLimits.close();
        tables.close();
        carrier.close();
    }

    // ---- as they are

    @Override
    public ComponentKernel core() {
        return tables.core();
    }

    @Override
    public void enterCore(Runnable body) {
        tables.enterCore(body);
    }

    @Override
    public int createDomain(String name, Account ram, Account caps) {
        return tables.createDomain(name, ram, caps);
    }

    @Override
    public Launch start(int domain, int binary, int parent, int faultSignal, boolean trusted) {
        return tables.start(domain, binary, parent, faultSignal, trusted);
    }

    @Override
    public void destroyDomain(int domain) {
        cpuLimits.remove(domain);
        carrier.forget(domain);
        tables.destroyDomain(domain);
    }

    @Override
    public String fault(int domain) {
        return tables.fault(domain);
    }

    @Override
    public List<Quarantined> quarantine() {
        return tables.quarantine();
    }

    @Override
    public int threads() {
        return tables.threads();
    }

    @Override
    public int createMemory(int domain, long bytes) {
        return tables.createMemory(domain, bytes);
    }

    @Override
    public int createReadOnly(int domain, int memory) {
        return tables.createReadOnly(domain, memory);
    }

    @Override
    public int createManaged(int domain, long bytes) {
        return tables.createManaged(domain, bytes);
    }

    @Override
    public int managedAttach(int managed, int memory, long offset, long size, long at, boolean writable) {
        return tables.managedAttach(managed, memory, offset, size, at, writable);
    }

    @Override
    public int managedDetach(int managed, long at) {
        return tables.managedDetach(managed, at);
    }

    @Override
    public int managedParts(int managed) {
        return tables.managedParts(managed);
    }

    @Override
    public int managedFaultSignal(int managed, int signal) {
        return tables.managedFaultSignal(managed, signal);
    }

    @Override
    public long managedFault(int managed) {
        return tables.managedFault(managed);
    }

    @Override
    public long memorySize(int memory) {
        return tables.memorySize(memory);
    }

    @Override
    public void destroyMemory(int memory) {
        tables.destroyMemory(memory);
    }

    @Override
    public int createThread(int domain, String name) {
        return tables.createThread(domain, name);
    }

    @Override
    public int destroyThread(int thread) {
        return tables.destroyThread(thread);
    }

    @Override
    public long clock() {
        return tables.clock();
    }

    @Override
    public void setAlarm(long deadline, int signal) {
        tables.setAlarm(deadline, signal);
    }

    @Override
    public long wallClock() {
        return tables.wallClock();
    }

    @Override
    public void entropy(byte[] target) {
        tables.entropy(target);
    }
}
