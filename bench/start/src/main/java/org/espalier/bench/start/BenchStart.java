package org.espalier.bench.start;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Rom;
import org.espalier.base.SignalContext;
import org.espalier.sandbox.ChildSpec;
import org.espalier.sandbox.Listener;
import org.espalier.sandbox.Sandbox;
import org.espalier.sandbox.SandboxEnv;
import org.espalier.sandbox.Trading;

/** The host, which keeps its children in a sandbox as init does. */
public final class BenchStart implements Component {
    @Override
    public void construct(Env env) {
        // As long as somebody shows a module core keeps it: what is measured is the start, not reading a file.
        env.connectRom(Children.HELLO).orThrow();
        env.connectRom(Children.IDLE).orThrow();
        // Only where the host could build one.
        Connect<Rom> _ = env.connectRom(Children.NATIVE);
        Host.Driver driver = env.connect(DriverRpc.TYPE).orThrow().session();
        Capability<Host> host =
                env.ep().manage(HostRpc.TYPE, new Children(env, driver)).orThrow("Creating the host's object");
        driver.ready(host).orThrow("Handing over the host");
    }

    /** Confined to the initial entrypoint. */
    private static final class Children implements Host, Listener {
        static final String HELLO = "hello";
        static final String IDLE = "bench_idle";
        static final String NATIVE = "hello.elf";

        /** Room for the segments and the stack of a native child. */
        private static final RamQuota ENOUGH = new RamQuota(1 << 20);

        private static final CapQuota CAPS = new CapQuota(50);
        private static final Set<String> FROM_PARENT = Set.of("ROM", "LOG", "PD", "CPU");

        private final Env env;
        private final Driver driver;
        private final Sandbox sandbox;
        private final List<ChildSpec> one = List.of(child("hello", HELLO));
        private final Capability<SignalContext> exited;
        private int left;

        Children(Env env, Driver driver) {
            this.env = env;
            this.driver = driver;
            this.sandbox = new Sandbox(SandboxEnv.of(env), this, Trading.NOTHING);
            this.exited = env.ep().handler(count -> next()).orThrow("Creating the signal handler of exits");
        }

        private static ChildSpec child(String name, String binary) {
            return ChildSpec.of(name, binary, new RamQuota(32 << 10), CAPS);
        }

        @Override
        public Result<Done> startAndEnd(int count) {
            left = count;
            sandbox.apply(FROM_PARENT, one);
            return Result.done();
        }

        /** The child is in the middle of its call to say so, and is destroyed when it is out of it. */
        @Override
        public void exited(ChildSpec child, int value) {
            if (left > 0) {
                env.submit(exited);
            }
        }

        private void next() {
            sandbox.apply(FROM_PARENT, List.of());
            left--;
            if (left > 0) {
                sandbox.apply(FROM_PARENT, one);
            } else {
                driver.finished();
            }
        }

        @Override
        public Result<Done> start(boolean isNative) {
            sandbox.apply(FROM_PARENT, List.of(ChildSpec.of("hello", isNative ? NATIVE : HELLO, ENOUGH, CAPS)));
            return Result.done();
        }

        @Override
        public Result<Done> end() {
            sandbox.apply(FROM_PARENT, List.of());
            return Result.done();
        }

        @Override
        public Result<Done> keep(int count) {
            sandbox.apply(
                    FROM_PARENT,
                    IntStream.range(0, count)
                            .mapToObj(i -> child("idle-" + i, IDLE))
                            .toList());
            return Result.done();
        }
    }
}
