package org.espalier.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.espalier.base.View;
import org.espalier.testkit.ForAll;
import org.espalier.testkit.Gen;
import org.junit.jupiter.api.Test;

/** Random operations of both sides against a model that has no memory, no counters and no allocator. */
final class PacketModelTest {
    private static final PacketLayout LAYOUT = new PacketLayout(8, 4096);
    private static final int UNITS = LAYOUT.bulkBytes() / PacketLayout.ALIGNMENT;

    private enum What {
        ALLOCATE,
        SUBMIT,
        NEXT,
        ACKNOWLEDGE,
        TAKE_BACK,
        RELEASE,
        ARM_SINK,
        ARM_SOURCE
    }

    /**
     * An operation.
     *
     * @param which which of the packets that there are
     * @param bytes how large a packet
     */
    private record Operation(What what, int which, int bytes) {}

    private record Run(int first, List<Operation> operations) {}

    private static final Gen<Operation> OPERATIONS = choices -> new Operation(
            choices.pick(List.of(What.values())),
            choices.below(LAYOUT.entries()),
            choices.oneIn(3) ? choices.between(1, 4096) : choices.between(1, 600));

    private static final Gen<Run> RUNS = choices -> new Run(
            choices.pick(List.of(0, -5, Integer.MAX_VALUE - 5)),
            Gen.lists(OPERATIONS, 300).from(choices));

    @Test
    void bothSidesDoWhatTheModelDoes() {
        ForAll.forAll(RUNS, 1000, run -> {
            Model model = new Model(run.first());
            run.operations().forEach(model::apply);
        });
    }

    @Test
    void countersWrapAround() {
        Model model = new Model(-1000);
        for (int i = 0; i < 3000; i++) {
            model.apply(new Operation(What.ALLOCATE, 0, 100 + i % 500));
            model.apply(new Operation(What.SUBMIT, 0, 1));
            model.apply(new Operation(What.NEXT, 0, 1));
            model.apply(new Operation(What.ACKNOWLEDGE, 0, 1));
            model.apply(new Operation(What.TAKE_BACK, 0, 1));
            model.apply(new Operation(What.RELEASE, 0, 1));
        }
        assertThat(model.received).isEqualTo(3000);
    }

    /** A packet as the model knows it: its place, and a number that stands at its begin and end. */
    private record Known(int offset, int length, byte content) {}

    private static final class Model {
        private final PacketSource source;
        private final PacketSink sink;
        private final List<Packet> held = new ArrayList<>();
        private final List<Packet> taken = new ArrayList<>();
        private final Deque<Known> submitted = new ArrayDeque<>();
        private final List<Known> atSink = new ArrayList<>();
        private final Deque<Known> acknowledged = new ArrayDeque<>();
        private final boolean[] used = new boolean[UNITS];
        private int numbers;
        private int received;
        private boolean sinkSleeps;
        /** So many acknowledgements wake the source; 0: it does not sleep. */
        private int sourceWants;

        private int sinkWakes;
        private int sourceWakes;
        private int sinkSignals;
        private int sourceSignals;

        Model(int first) {
            Shared shared = new Shared(LAYOUT);
            View raw = shared.raw();
            raw.putInt(PacketLayout.SUBMITTED, first);
            raw.putInt(PacketLayout.ACKNOWLEDGED, first);
            source = new PacketSource(shared.attach(), () -> sinkSignals++, first);
            sink = new PacketSink(shared.attach(), () -> sourceSignals++, first);
        }

        void apply(Operation operation) {
            switch (operation.what()) {
                case ALLOCATE -> allocate(operation.bytes());
                case SUBMIT -> submit(operation.which());
                case NEXT -> next();
                case ACKNOWLEDGE -> acknowledge(operation.which());
                case TAKE_BACK -> takeBack();
                case RELEASE -> release(operation.which());
                case ARM_SINK -> armSink();
                case ARM_SOURCE -> armSource(operation.which() + 1);
            }
            assertThat(source.breach()).isEmpty();
            assertThat(sink.breach()).isEmpty();
            assertThat(source.underWay()).isEqualTo(submitted.size() + atSink.size() + acknowledged.size());
            assertThat(sinkSignals).isEqualTo(sinkWakes);
            assertThat(sourceSignals).isEqualTo(sourceWakes);
        }

        private boolean room(int units) {
            int run = 0;
            for (boolean taken : used) {
                run = taken ? 0 : run + 1;
                if (run == units) {
                    return true;
                }
            }
            return false;
        }

        private static int units(int bytes) {
            return (bytes + PacketLayout.ALIGNMENT - 1) / PacketLayout.ALIGNMENT;
        }

        private void allocate(int bytes) {
            Packet packet = source.packet();
            boolean possible = held.size() + source.underWay() < LAYOUT.entries() && room(units(bytes));
            assertThat(source.allocate(packet, bytes)).isEqualTo(possible ? Progress.DONE : Progress.WAIT);
            if (!possible) {
                assertThat(packet.isEmpty()).isTrue();
                return;
            }
            assertThat(packet.length()).isEqualTo(bytes);
            int unit = packet.offset() / PacketLayout.ALIGNMENT;
            for (int i = unit; i < unit + units(bytes); i++) {
                assertThat(used[i]).as("unit %s is free", i).isFalse();
                used[i] = true;
            }
            held.add(packet);
        }

        private void submit(int which) {
            if (held.isEmpty()) {
                return;
            }
            Packet packet = held.remove(which % held.size());
            byte content = (byte) ++numbers;
            packet.putByte(0, content);
            packet.putByte(packet.length() - 1, content);
            submitted.add(new Known(packet.offset(), packet.length(), content));
            if (sinkSleeps) {
                sinkSleeps = false;
                sinkWakes++;
            }
            assertThat(source.submit(packet)).isEqualTo(Progress.DONE);
        }

        private void next() {
            Packet packet = sink.packet();
            Known expected = submitted.poll();
            assertThat(sink.next(packet)).isEqualTo(expected == null ? Progress.WAIT : Progress.DONE);
            if (expected != null) {
                check(packet, expected);
                taken.add(packet);
                atSink.add(expected);
                received++;
            }
        }

        private static void check(Packet packet, Known expected) {
            assertThat(new Known(packet.offset(), packet.length(), packet.getByte(0)))
                    .isEqualTo(expected);
            assertThat(packet.getByte(packet.length() - 1)).isEqualTo(expected.content());
        }

        private void acknowledge(int which) {
            if (taken.isEmpty()) {
                return;
            }
            int index = which % taken.size();
            if (sourceWants > 0 && --sourceWants == 0) {
                sourceWakes++;
            }
            acknowledged.add(atSink.remove(index));
            assertThat(sink.acknowledge(taken.remove(index))).isEqualTo(Progress.DONE);
        }

        private void takeBack() {
            Packet packet = source.packet();
            Known expected = acknowledged.poll();
            assertThat(source.acknowledged(packet)).isEqualTo(expected == null ? Progress.WAIT : Progress.DONE);
            if (expected != null) {
                check(packet, expected);
                held.add(packet);
            }
        }

        private void release(int which) {
            if (held.isEmpty()) {
                return;
            }
            Packet packet = held.remove(which % held.size());
            int unit = packet.offset() / PacketLayout.ALIGNMENT;
            Arrays.fill(used, unit, unit + units(packet.length()), false);
            source.release(packet);
        }

        private void armSink() {
            assertThat(sink.arm()).isEqualTo(submitted.isEmpty() ? Progress.WAIT : Progress.DONE);
            sinkSleeps = submitted.isEmpty();
        }

        private void armSource(int wanted) {
            int possible = Math.max(1, Math.min(wanted, source.underWay()));
            assertThat(source.arm(wanted)).isEqualTo(acknowledged.isEmpty() ? Progress.WAIT : Progress.DONE);
            sourceWants = acknowledged.isEmpty() ? possible : 0;
        }
    }
}
