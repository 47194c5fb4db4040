package org.espalier.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.espalier.kernel.sel4.BootFailure;
import org.espalier.kernel.sel4.Configuration;
import org.espalier.kernel.sel4.RootTaskMachine;
import org.espalier.machine.AddressSpace;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Engine;
import org.espalier.machine.Frame;
import org.espalier.machine.PhysicalMemory;
import org.espalier.machine.Trap;

/** The root task of {@code native/sel4/bench}: a client that calls and a server that replies and receives, in two address spaces. */
final class Sel4RoundTrip implements KernelRoundTrip {
    private static final String TASK = "round_trip.elf";
    private static final long RAM_BYTES = 32L << 20;

    @Override
    public String name() {
        return "sel4";
    }

    @Override
    public Optional<String> obstacle() {
        return Sel4Task.obstacle(TASK);
    }

    @Override
    public Pair start(Engine engine, PhysicalMemory memory) {
        Configuration configuration = new Configuration(RAM_BYTES, 1, Optional.empty(), false);
        Meter meter = new Meter(engine);
        try {
            RootTaskMachine machine = RootTaskMachine.boot(
                    meter,
                    memory,
                    configuration,
                    Sel4Task.read(TASK),
                    character -> System.err.write(character),
                    System.err::println,
                    Optional.empty());
            return new Running(machine, meter);
        } catch (BootFailure e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Running implements Pair {
        private final RootTaskMachine machine;
        private final Meter meter;

        Running(RootTaskMachine machine, Meter meter) {
            this.machine = machine;
            this.meter = meter;
        }

        @Override
        public void roundTrips(int count) {
            meter.stopAfter(2 * count, machine::stop);
            if (machine.run() != RootTaskMachine.End.STOPPED) {
                throw new IllegalStateException("The client or the server has stopped.");
            }
        }

        @Override
        public double kernelNanos() {
            return meter.roundTripNanos();
        }

        @Override
        public void close() {
            // Engine and memory are the caller's, and there is nothing else.
        }
    }

    /** The engine, with what goes by between a trap and the next entry measured, and an end after so many entries. */
    private static final class Meter implements Engine {
        private static final int SAMPLES = 1 << 16;

        private final Engine engine;
        private final long[] samples = new long[SAMPLES];
        private int taken;
        private long trapped;
        private int left;
        private Runnable then = () -> {};

        Meter(Engine engine) {
            this.engine = engine;
        }

        void stopAfter(int entries, Runnable action) {
            left = entries;
            then = action;
            // What went by between two batches is not the kernel's.
            trapped = 0;
        }

        /** The median of what lies between trap and entry, for the two of them that a round trip has. */
        double roundTripNanos() {
            List<Double> nanos = Arrays.stream(samples, 0, Math.min(taken, SAMPLES))
                    .mapToObj(sample -> (double) sample)
                    .toList();
            taken = 0;
            return 2 * Rounds.median(nanos);
        }

        @Override
        public Trap run(AddressSpace space, CpuContext context) {
            long now = System.nanoTime();
            if (trapped != 0) {
                samples[taken++ & (SAMPLES - 1)] = now - trapped;
            }
            if (--left == 0) {
                then.run();
            }
            Trap trap = engine.run(space, context);
            trapped = System.nanoTime();
            return trap;
        }

        @Override
        public String name() {
            return engine.name();
        }

        @Override
        public AddressSpace space(Frame root) {
            return engine.space(root);
        }

        @Override
        public void preempt() {
            engine.preempt();
        }

        @Override
        public void pin() {
            engine.pin();
        }

        @Override
        public void unpin() {
            engine.unpin();
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
