package org.espalier.packet;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import org.espalier.base.Capability;
import org.espalier.base.RegionMap;
import org.espalier.base.View;
import org.espalier.base.spi.Attachment;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.base.spi.Window;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What the two sides of a packet stream may see of each other. */
public final class PacketStreamStress {
    private PacketStreamStress() {}

    /** Both sides of a stream of one entry, and how often each was woken. */
    private static final class Pair {
        private static final PacketLayout LAYOUT = new PacketLayout(1, 4096);

        private final RegionMap rm;
        private final PacketSource source;
        private final PacketSink sink;
        private final Packet out;
        private final Packet in;
        private int sourceWoken;
        private int sinkWoken;

        Pair() {
            long[] memory = new long[(int) (LAYOUT.ram().bytes() / Long.BYTES)];
            Window window = Window.direct(MemorySegment.ofArray(memory));
            rm = new RegionMap((ComponentKernel) Proxy.newProxyInstance(
                    Pair.class.getClassLoader(),
                    new Class<?>[] {ComponentKernel.class},
                    (proxy, method, arguments) -> new Attachment.Attached(1, window)));
            source = attach().source(() -> sinkWoken++);
            sink = attach().sink(() -> sourceWoken++);
            out = source.packet();
            in = sink.packet();
        }

        private PacketMemory attach() {
            return PacketMemory.attach(
                            rm,
                            new PacketSession.Stream(
                                    Capability.none(), Capability.none(), LAYOUT.entries(), LAYOUT.bulkBytes()))
                    .orThrow("Attaching");
        }

        View raw() {
            return rm.attach(Capability.none()).orThrow("Attaching");
        }

        /** Sends a packet that holds a number, if there is room. */
        void send(int number) {
            if (source.allocate(out, 64) == Progress.DONE) {
                out.putInt(0, number);
                source.submit(out);
            }
        }

        /** The number in the next packet, 0 without one. */
        int take() {
            return switch (sink.next(in)) {
                case DONE -> in.getInt(0);
                case WAIT -> 0;
                case BROKEN -> -1;
            };
        }
    }

    /** Whoever sees the packet sees what is in it. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "Not there yet.")
    @Outcome(id = "42", expect = Expect.ACCEPTABLE, desc = "There, with its content.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "There, without its content.")
    @State
    public static class Content {
        private final Pair pair = new Pair();

        /** The source. */
        @Actor
        public void source() {
            pair.send(42);
        }

        /** The sink. */
        @Actor
        public void sink(I_Result result) {
            result.r1 = pair.take();
        }
    }

    /** The room of a packet is used again only after it was acknowledged, and order is kept. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 0", "1, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "The packets that are there, in order.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "A packet is lost, torn, or seen twice.")
    @State
    public static class Reuse {
        private final Pair pair = new Pair();

        /** Sends one, and another in the same place if the first is back. */
        @Actor
        public void source() {
            pair.send(1);
            if (pair.source.acknowledged(pair.out) == Progress.DONE) {
                pair.source.release(pair.out);
                pair.send(2);
            }
        }

        private int receive() {
            int number = pair.take();
            if (!pair.in.isEmpty()) {
                pair.sink.acknowledge(pair.in);
            }
            return number;
        }

        /** Takes two. */
        @Actor
        public void sink(II_Result result) {
            result.r1 = receive();
            result.r2 = receive();
        }
    }

    /** A sink that sleeps is woken for a packet that it did not see. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "Seen, no signal.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Not seen, and a signal.")
    @Outcome(
            id = "1, 1",
            expect = Expect.ACCEPTABLE,
            desc = "Seen just after it was about to sleep; the signal finds nothing.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It sleeps, and nobody wakes it.")
    @State
    public static class SinkIsWoken {
        private final Pair pair = new Pair();

        /** The source. */
        @Actor
        public void source() {
            pair.send(1);
        }

        /** The sink. */
        @Actor
        public void sink(II_Result result) {
            result.r1 = pair.take() == 1 || pair.sink.arm() == Progress.DONE ? 1 : 0;
        }

        /** How often the sink was woken. */
        @Arbiter
        public void signals(II_Result result) {
            result.r2 = pair.sinkWoken;
        }
    }

    /** A source that sleeps is woken for an acknowledgement that it did not see. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "Seen, no signal.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Not seen, and a signal.")
    @Outcome(
            id = "1, 1",
            expect = Expect.ACCEPTABLE,
            desc = "Seen just after it was about to sleep; the signal finds nothing.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It sleeps, and nobody wakes it.")
    @State
    public static class SourceIsWoken {
        private final Pair pair = new Pair();

        /** One packet is at the sink. */
        public SourceIsWoken() {
            pair.send(1);
            pair.take();
        }

        /** The sink. */
        @Actor
        public void sink() {
            pair.sink.acknowledge(pair.in);
        }

        /** The source. */
        @Actor
        public void source(II_Result result) {
            boolean seen = pair.source.acknowledged(pair.out) == Progress.DONE || pair.source.arm() == Progress.DONE;
            result.r1 = seen ? 1 : 0;
        }

        /** How often the source was woken. */
        @Arbiter
        public void signals(II_Result result) {
            result.r2 = pair.sourceWoken;
        }
    }

    /** An entry that changes while it is taken is a packet as it was, or found out. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "Read before it changed.")
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "Read after it changed, or in between.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Something was believed that was not checked.")
    @State
    public static class ReadOnce {
        private final Pair pair = new Pair();
        private final View raw = pair.raw();

        /** One packet is there. */
        public ReadOnce() {
            pair.send(1);
        }

        /** A source that keeps to no rules. */
        @Actor
        public void hostile() {
            raw.putInt(PacketLayout.QUEUES, -PacketLayout.ALIGNMENT);
            raw.putInt(PacketLayout.QUEUES + 4, 5000);
        }

        /** The sink. */
        @Actor
        public void sink(I_Result result) {
            result.r1 = switch (pair.sink.next(pair.in)) {
                case DONE -> pair.in.offset() == 0 && pair.in.length() == 64 ? 1 : -1;
                case BROKEN -> 2;
                case WAIT -> 0;
            };
        }
    }
}
