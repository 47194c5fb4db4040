package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.espalier.base.Capability;
import org.espalier.base.Cpu;
import org.espalier.base.CpuRpc;
import org.espalier.base.Entrypoint;
import org.espalier.base.Failure;
import org.espalier.base.Limits;
import org.espalier.base.LogSession;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.Parent;
import org.espalier.base.ParentRpc;
import org.espalier.base.Pd;
import org.espalier.base.PdRpc;
import org.espalier.base.Result;
import org.espalier.base.RpcType;
import org.espalier.kernel.spi.RunningKernel.Launch;

/** A parent in core that gives its children a log and otherwise nothing. */
final class Parentage {
    private final Machine machine;
    private final Entrypoint entrypoint;

    Parentage(Machine machine) {
        this.machine = machine;
        this.entrypoint = machine.core.in(() -> Entrypoint.initial(machine.core.kernel));
    }

    /** A child that was asked to start. */
    record Child(Machine machine, int number, Launch launch, List<String> log) {
        String fault() {
            return machine.kernel.fault(number);
        }

        /** Waits until the child has logged that many lines. */
        List<String> lines(int count) {
            Machine.await("the child logs " + count + " lines", () -> log.size() >= count || !fault().isEmpty());
            return log;
        }

        String awaitFault() {
            Machine.await("the child faults", () -> !fault().isEmpty());
            return fault();
        }
    }

    private <T> Capability<T> manage(RpcType<T> type, T object) {
        return machine.core.in(() -> entrypoint.manage(type, object).orThrow("Managing"));
    }

    private static <T> T refusing(Class<T> type, java.util.function.Function<Object[], Object> one, String method) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, arguments) -> called.getName().equals(method)
                        ? one.apply(Objects.requireNonNull(arguments))
                        : Result.failed(Failure.UNSUPPORTED)));
    }

    Child start(byte[] binary) {
        return start(binary, Limits.NONE, false);
    }

    /** One with limits, trusted. */
    Child start(byte[] binary, Limits limits) {
        return start(binary, limits, true);
    }

    Child start(byte[] binary, boolean trusted) {
        return start(binary, Limits.NONE, trusted);
    }

    private Child start(byte[] binary, Limits limits, boolean trusted) {
        TestDomain domain = machine.domain("child");
        assertThat(machine.kernel.limit(domain.number, limits)).isEmpty();
        int memory = machine.kernel.createMemory(1, (binary.length + 4096) & -4096);
        machine.core.view(memory, true).write(0, binary);
        List<String> log = new CopyOnWriteArrayList<>();
        Capability<Pd> pd = manage(PdRpc.TYPE, refusing(Pd.class, arguments -> "", ""));
        Capability<Cpu> cpu = manage(CpuRpc.TYPE, refusing(Cpu.class, arguments -> "", ""));
        Capability<LogSession> lines = manage(LogSessionRpc.TYPE, text -> {
            log.add(text.stripTrailing());
            return Result.done();
        });
        Parent parent = refusing(
                Parent.class,
                arguments -> Result.ok(
                        switch ((int) arguments[0]) {
                            case Parent.PD -> pd;
                            case Parent.CPU -> cpu;
                            default -> lines;
                        }),
                "capability");
        Capability<Parent> capability = manage(ParentRpc.TYPE, parent);
        Launch launch = machine.kernel.start(domain.number, memory, capability.index(), 0, trusted);
        return new Child(machine, domain.number, launch, log);
    }
}
