package org.espalier.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.base.View;
import org.espalier.testkit.ForAll;
import org.espalier.testkit.Gen;
import org.junit.jupiter.api.Test;

/** What the other side writes is found out, whatever it is, and does no harm. */
final class HostileSideTest {
    private static final PacketLayout LAYOUT = new PacketLayout(4, 4096);
    private static final int[] STARTS = {0, 7, Integer.MAX_VALUE - 1, -3};

    private final Shared shared = new Shared(LAYOUT);
    private final View raw = shared.raw();

    private PacketSink sink(int first) {
        return new PacketSink(shared.attach(), () -> {}, first);
    }

    private PacketSource source(int first) {
        raw.putInt(PacketLayout.ACKNOWLEDGED, first);
        return new PacketSource(shared.attach(), () -> {}, first);
    }

    private void entry(long queue, int count, int offset, int length) {
        raw.putInt(queue + 8L * (count & 3), offset);
        raw.putInt(queue + 8L * (count & 3) + 4, length);
    }

    private void broken(PacketSink sink, Breach how) {
        assertThat(sink.breach()).contains(how);
        Packet packet = sink.packet();
        assertThat(sink.next(packet)).isEqualTo(Progress.BROKEN);
        assertThat(packet.isEmpty()).isTrue();
        assertThat(sink.arm()).isEqualTo(Progress.BROKEN);
        assertThat(sink.breach()).contains(how);
    }

    @Test
    void aCounterOfTheSourceThatJumpsIsFoundOut() {
        for (int first : STARTS) {
            for (int found : new int[] {first + 5, first - 1, first + Integer.MIN_VALUE, first + Integer.MAX_VALUE}) {
                Breach how = new Breach.Counter(first, found, 4);
                raw.putInt(PacketLayout.SUBMITTED, found);
                PacketSink taking = sink(first);
                assertThat(taking.next(taking.packet())).isEqualTo(Progress.BROKEN);
                broken(taking, how);
                PacketSink sleeping = sink(first);
                assertThat(sleeping.arm()).isEqualTo(Progress.BROKEN);
                broken(sleeping, how);
            }
        }
    }

    @Test
    void aCounterThatGoesBackWhatWasTakenIsFoundOut() {
        entry(PacketLayout.QUEUES, 0, 0, 64);
        raw.putInt(PacketLayout.SUBMITTED, 1);
        PacketSink sink = sink(0);
        Packet packet = sink.packet();
        assertThat(sink.next(packet)).isEqualTo(Progress.DONE);
        sink.acknowledge(packet);
        raw.putInt(PacketLayout.SUBMITTED, 0);
        assertThat(sink.next(packet)).isEqualTo(Progress.BROKEN);
        broken(sink, new Breach.Counter(1, 0, 4));
        assertThat(sink.breach().orElseThrow())
                .hasToString("the counter says 0 after 1, and at most 4 more can be there");
    }

    @Test
    void aCounterThatFlickersKeepsNobodyAwakeForNothing() {
        entry(PacketLayout.QUEUES, 0, 0, 64);
        PacketSink sink = sink(0);
        Packet packet = sink.packet();
        raw.putInt(PacketLayout.SUBMITTED, 1);
        assertThat(sink.arm()).isEqualTo(Progress.DONE);
        raw.putInt(PacketLayout.SUBMITTED, 0);
        assertThat(sink.next(packet)).isEqualTo(Progress.DONE);
        sink.acknowledge(packet);
        assertThat(sink.arm()).isEqualTo(Progress.BROKEN);
        broken(sink, new Breach.Counter(1, 0, 4));
    }

    @Test
    void aSourceHasNoMorePacketsUnderWayThanEntries() {
        for (int i = 0; i < 4; i++) {
            entry(PacketLayout.QUEUES, i, 64 * i, 64);
        }
        raw.putInt(PacketLayout.SUBMITTED, 4);
        PacketSink sink = sink(0);
        Packet packet = sink.packet();
        Packet held = sink.packet();
        assertThat(sink.next(held)).isEqualTo(Progress.DONE);
        for (int i = 1; i < 4; i++) {
            assertThat(sink.next(packet)).isEqualTo(Progress.DONE);
            sink.acknowledge(packet);
        }
        raw.putInt(PacketLayout.SUBMITTED, 8);
        assertThat(sink.next(packet)).isEqualTo(Progress.BROKEN);
        broken(sink, new Breach.Counter(4, 8, 3));
    }

    @Test
    void aPacketOutsideOfTheBulkBufferIsFoundOut() {
        int[][] wrong = {
            {0, 0},
            {0, -1},
            {0, Integer.MIN_VALUE},
            {0, Integer.MAX_VALUE},
            {0, 4097},
            {64, 4033},
            {4032, 65},
            {4096, 1},
            {4096, 0},
            {-64, 64},
            {-64, 128},
            {Integer.MIN_VALUE, 64},
            {Integer.MIN_VALUE, Integer.MIN_VALUE},
            {Integer.MAX_VALUE - 63, 64},
            {1, 64},
            {63, 1},
        };
        for (int first : STARTS) {
            for (int[] each : wrong) {
                entry(PacketLayout.QUEUES, first, each[0], each[1]);
                raw.putInt(PacketLayout.SUBMITTED, first + 1);
                PacketSink sink = sink(first);
                assertThat(sink.next(sink.packet())).isEqualTo(Progress.BROKEN);
                broken(sink, new Breach.Outside(each[0], each[1], 4096));
            }
        }
        assertThat(new Breach.Outside(1, 64, 4096))
                .hasToString("there is no packet of 64 bytes at offset 1 of a bulk buffer of 4096");
    }

    @Test
    void whatIsAtTheEdgeIsAPacket() {
        int[][] right = {{0, 1}, {0, 4096}, {4032, 64}, {4032, 1}};
        for (int[] each : right) {
            entry(PacketLayout.QUEUES, 0, each[0], each[1]);
            raw.putInt(PacketLayout.SUBMITTED, 1);
            PacketSink sink = sink(0);
            Packet packet = sink.packet();
            assertThat(sink.next(packet)).isEqualTo(Progress.DONE);
            packet.putByte(each[1] - 1, (byte) 1);
        }
    }

    @Test
    void whatChangesAfterItWasReadChangesNothing() {
        entry(PacketLayout.QUEUES, 0, 64, 100);
        raw.putInt(PacketLayout.SUBMITTED, 1);
        PacketSink sink = sink(0);
        Packet packet = sink.packet();
        assertThat(sink.next(packet)).isEqualTo(Progress.DONE);
        entry(PacketLayout.QUEUES, 0, -1, -1);
        raw.putInt(PacketLayout.SUBMITTED, 77);
        assertThat(packet).hasToString("packet of 100 bytes at offset 64");
        assertThat(sink.acknowledge(packet)).isEqualTo(Progress.DONE);
        assertThat(raw.getLong(LAYOUT.acknowledgeQueue())).isEqualTo(100L << 32 | 64);
        assertThat(raw.getInt(PacketLayout.ACKNOWLEDGED)).isOne();
    }

    @Test
    void anEntryThatWasCountedMayStillChangeAndIsCheckedWhenItIsTaken() {
        entry(PacketLayout.QUEUES, 0, 0, 64);
        entry(PacketLayout.QUEUES, 1, 64, 64);
        raw.putInt(PacketLayout.SUBMITTED, 2);
        PacketSink sink = sink(0);
        Packet packet = sink.packet();
        assertThat(sink.next(packet)).isEqualTo(Progress.DONE);
        sink.acknowledge(packet);
        entry(PacketLayout.QUEUES, 1, 64, 5000);
        assertThat(sink.next(packet)).isEqualTo(Progress.BROKEN);
        broken(sink, new Breach.Outside(64, 5000, 4096));
    }

    @Test
    void ownWordsAreNeverReadBack() {
        PacketSource source = source(0);
        PacketSink sink = sink(0);
        Packet out = source.packet();
        Packet in = sink.packet();
        for (int i = 0; i < 10; i++) {
            // Each side's words as the other side could have left them.
            raw.putInt(PacketLayout.SUBMITTED, 1000);
            raw.putInt(PacketLayout.SOURCE_SLEEPS, -1);
            assertThat(source.allocate(out, 64)).isEqualTo(Progress.DONE);
            assertThat(source.submit(out)).isEqualTo(Progress.DONE);
            raw.putInt(PacketLayout.ACKNOWLEDGED, 1000);
            raw.putInt(PacketLayout.SINK_SLEEPS, -1);
            assertThat(sink.next(in)).isEqualTo(Progress.DONE);
            assertThat(sink.acknowledge(in)).isEqualTo(Progress.DONE);
            assertThat(source.acknowledged(out)).isEqualTo(Progress.DONE);
            source.release(out);
        }
    }

    @Test
    void aCounterOfTheSinkThatJumpsIsFoundOut() {
        for (int first : STARTS) {
            for (int step : new int[] {2, 5, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                PacketSource source = source(first);
                Packet packet = source.packet();
                assertThat(source.allocate(packet, 64)).isEqualTo(Progress.DONE);
                assertThat(source.submit(packet)).isEqualTo(Progress.DONE);
                raw.putInt(PacketLayout.ACKNOWLEDGED, first + step);
                assertThat(step % 2 == 0 ? source.arm() : source.acknowledged(packet))
                        .isEqualTo(Progress.BROKEN);
                assertThat(source.breach()).contains(new Breach.Counter(first, first + step, 1));
                assertThat(source.allocate(packet, 64)).isEqualTo(Progress.BROKEN);
                assertThat(source.acknowledged(packet)).isEqualTo(Progress.BROKEN);
            }
        }
    }

    @Test
    void nothingCanBeAcknowledgedThatIsNotUnderWay() {
        int[][] wrong = {
            {64, 64},
            {0, 63},
            {0, 65},
            {0, 0},
            {0, -64},
            {0, Integer.MIN_VALUE},
            {1, 64},
            {-64, 64},
            {4096, 64},
            {Integer.MIN_VALUE, 64},
            {Integer.MAX_VALUE, 64},
            {128, 0}
        };
        for (int first : STARTS) {
            for (int[] each : wrong) {
                PacketSource source = source(first);
                Packet packet = source.packet();
                assertThat(source.allocate(packet, 64)).isEqualTo(Progress.DONE);
                assertThat(source.submit(packet)).isEqualTo(Progress.DONE);
                entry(LAYOUT.acknowledgeQueue(), first, each[0], each[1]);
                raw.putInt(PacketLayout.ACKNOWLEDGED, first + 1);
                assertThat(source.acknowledged(packet)).isEqualTo(Progress.BROKEN);
                assertThat(source.breach()).contains(new Breach.NotUnderWay(each[0], each[1]));
            }
        }
        assertThat(new Breach.NotUnderWay(1, 64))
                .hasToString("a packet of 64 bytes at offset 1 was acknowledged and is not under way");
    }

    @Test
    void nothingIsAcknowledgedTwice() {
        PacketSource source = source(0);
        Packet packet = source.packet();
        for (int i = 0; i < 2; i++) {
            assertThat(source.allocate(packet, 64)).isEqualTo(Progress.DONE);
            assertThat(source.submit(packet)).isEqualTo(Progress.DONE);
        }
        entry(LAYOUT.acknowledgeQueue(), 0, 0, 64);
        entry(LAYOUT.acknowledgeQueue(), 1, 0, 64);
        raw.putInt(PacketLayout.ACKNOWLEDGED, 2);
        assertThat(source.acknowledged(packet)).isEqualTo(Progress.DONE);
        Packet other = source.packet();
        assertThat(source.acknowledged(other)).isEqualTo(Progress.BROKEN);
        assertThat(source.breach()).contains(new Breach.NotUnderWay(0, 64));
    }

    /** A word written by nobody who keeps to the rules: where, and what. */
    private record Scribble(long at, int value) {}

    private static final Gen<Integer> NUMBERS = Gen.anyOf(List.of(
            Gen.integers(-6, 6),
            Gen.of(64, 128, 4032, 4096, 4097),
            Gen.of(Integer.MIN_VALUE, Integer.MAX_VALUE, -12),
            Gen.integers(Integer.MIN_VALUE, Integer.MAX_VALUE)));

    private static final Gen<Scribble> SCRIBBLES = choices -> new Scribble(
            choices.oneIn(2)
                    ? PacketLayout.QUEUES + 4L * choices.below(16)
                    : choices.pick(List.of(
                            PacketLayout.SUBMITTED,
                            PacketLayout.ACKNOWLEDGED,
                            PacketLayout.SOURCE_SLEEPS,
                            PacketLayout.SINK_SLEEPS)),
            NUMBERS.from(choices));

    @Test
    void whateverIsWrittenBothSidesStayWithinTheirBoundsAndNothingIsThrown() {
        ForAll.forAll(Gen.lists(SCRIBBLES, 30), 2000, scribbles -> {
            Shared memory = new Shared(LAYOUT);
            View hostile = memory.raw();
            PacketSource source = memory.attach().source(() -> {});
            PacketSink sink = memory.attach().sink(() -> {});
            Packet out = source.packet();
            Packet in = sink.packet();
            for (Scribble scribble : scribbles) {
                hostile.putInt(scribble.at(), scribble.value());
                if (source.allocate(out, 100) == Progress.DONE) {
                    inBounds(out);
                    source.submit(out);
                }
                for (int taken = 0; sink.next(in) == Progress.DONE; taken++) {
                    assertThat(taken).isLessThan(LAYOUT.entries());
                    inBounds(in);
                    sink.acknowledge(in);
                }
                sink.arm();
                for (int taken = 0; source.acknowledged(out) == Progress.DONE; taken++) {
                    assertThat(taken).isLessThan(LAYOUT.entries());
                    inBounds(out);
                    source.release(out);
                }
                source.arm();
            }
        });
    }

    private static void inBounds(Packet packet) {
        assertThat(packet.offset()).isBetween(0, LAYOUT.bulkBytes() - packet.length());
        assertThat(packet.length()).isPositive();
        // Touches both ends.
        packet.putByte(0, packet.getByte(packet.length() - 1));
    }
}
