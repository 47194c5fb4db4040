package org.espalier.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.junit.jupiter.api.Test;

/** What two sides that keep to the rules may rely on. */
final class PacketStreamTest {
    private static final PacketLayout LAYOUT = new PacketLayout(4, 4096);

    private final Shared shared = new Shared(LAYOUT);
    private int sourceWoken;
    private int sinkWoken;
    private final PacketMemory sourceMemory = shared.attach();
    private final PacketSource source = sourceMemory.source(() -> sinkWoken++);
    private final PacketSink sink = shared.attach().sink(() -> sourceWoken++);
    private final Packet out = source.packet();
    private final Packet in = sink.packet();

    private void send(int bytes) {
        assertThat(source.allocate(out, bytes)).isEqualTo(Progress.DONE);
        assertThat(source.submit(out)).isEqualTo(Progress.DONE);
    }

    private void receive() {
        assertThat(sink.next(in)).isEqualTo(Progress.DONE);
        assertThat(sink.acknowledge(in)).isEqualTo(Progress.DONE);
    }

    private void takeBack() {
        assertThat(source.acknowledged(out)).isEqualTo(Progress.DONE);
        source.release(out);
    }

    @Test
    void aPacketArrivesWithItsContentAndComesBack() {
        byte[] content = {1, 2, 3, 4, 5, 6, 7, 8};
        assertThat(source.allocate(out, 100)).isEqualTo(Progress.DONE);
        out.write(0, content, 0, 8);
        out.putInt(8, 42);
        out.putLong(12, 43);
        out.putByte(99, (byte) 44);
        assertThat(source.submit(out)).isEqualTo(Progress.DONE);
        assertThat(out.isEmpty()).isTrue();
        assertThat(source.underWay()).isOne();

        assertThat(sink.next(in)).isEqualTo(Progress.DONE);
        byte[] found = new byte[8];
        in.read(0, found, 0, 8);
        assertThat(found).isEqualTo(content);
        assertThat(in.length()).isEqualTo(100);
        assertThat(in.getInt(8)).isEqualTo(42);
        assertThat(in.getLong(12)).isEqualTo(43);
        assertThat(in.getByte(99)).isEqualTo((byte) 44);
        in.putInt(0, 45);
        assertThat(sink.acknowledge(in)).isEqualTo(Progress.DONE);
        assertThat(in.isEmpty()).isTrue();

        assertThat(source.acknowledged(out)).isEqualTo(Progress.DONE);
        assertThat(out.getInt(0)).isEqualTo(45);
        assertThat(out).hasToString("packet of 100 bytes at offset 0");
        source.release(out);
        assertThat(out).hasToString("no packet");
        assertThat(source.underWay()).isZero();
    }

    @Test
    void anEmptyQueueIsNoFailure() {
        assertThat(sink.next(in)).isEqualTo(Progress.WAIT);
        assertThat(source.acknowledged(out)).isEqualTo(Progress.WAIT);
        send(1);
        assertThat(source.acknowledged(out)).isEqualTo(Progress.WAIT);
        assertThat(sink.breach()).isEmpty();
        assertThat(source.breach()).isEmpty();
    }

    @Test
    void asManyPacketsAreOutAsThereAreEntries() {
        for (int i = 0; i < 4; i++) {
            send(1);
        }
        assertThat(source.allocate(out, 1)).isEqualTo(Progress.WAIT);
        receive();
        assertThat(source.allocate(out, 1)).isEqualTo(Progress.WAIT);
        takeBack();
        send(1);
        assertThat(source.allocate(out, 1)).isEqualTo(Progress.WAIT);
        // A packet that came back and was not released counts.
        receive();
        assertThat(source.acknowledged(out)).isEqualTo(Progress.DONE);
        assertThat(source.allocate(source.packet(), 1)).isEqualTo(Progress.WAIT);
        assertThat(source.submit(out)).isEqualTo(Progress.DONE);
    }

    @Test
    void theBulkBufferIsExhaustedAndFound() {
        Packet first = source.packet();
        Packet second = source.packet();
        assertThat(source.allocate(first, 4096 - 64)).isEqualTo(Progress.DONE);
        assertThat(source.allocate(out, 65)).isEqualTo(Progress.WAIT);
        assertThat(source.allocate(second, 64)).isEqualTo(Progress.DONE);
        assertThat(second.offset()).isEqualTo(4096 - 64);
        assertThat(source.allocate(out, 1)).isEqualTo(Progress.WAIT);
        source.release(first);
        assertThat(source.allocate(out, 4096 - 63)).isEqualTo(Progress.WAIT);
        source.release(second);
        assertThat(source.allocate(out, 4096)).isEqualTo(Progress.DONE);
    }

    @Test
    void packetsComeBackInAnyOrder() {
        send(10);
        send(20);
        Packet other = sink.packet();
        assertThat(sink.next(in)).isEqualTo(Progress.DONE);
        assertThat(sink.next(other)).isEqualTo(Progress.DONE);
        assertThat(sink.acknowledge(other)).isEqualTo(Progress.DONE);
        assertThat(sink.acknowledge(in)).isEqualTo(Progress.DONE);
        assertThat(source.acknowledged(out)).isEqualTo(Progress.DONE);
        assertThat(out.length()).isEqualTo(20);
        source.release(out);
        assertThat(source.acknowledged(out)).isEqualTo(Progress.DONE);
        assertThat(out.length()).isEqualTo(10);
    }

    @Test
    void onlyWhoSleepsIsWokenAndOnce() {
        send(1);
        assertThat(sinkWoken).isZero();
        assertThat(sink.arm()).isEqualTo(Progress.DONE);
        receive();
        assertThat(sourceWoken).isZero();
        assertThat(sink.arm()).isEqualTo(Progress.WAIT);
        send(1);
        send(1);
        assertThat(sinkWoken).isOne();

        assertThat(source.arm()).isEqualTo(Progress.DONE);
        takeBack();
        assertThat(source.arm()).isEqualTo(Progress.WAIT);
        receive();
        receive();
        assertThat(sourceWoken).isOne();
    }

    @Test
    void whoWaitsForSeveralPacketsIsWokenWhenTheyAreThere() {
        send(64);
        send(64);
        send(64);
        assertThat(source.arm(2)).isEqualTo(Progress.WAIT);
        receive();
        assertThat(sourceWoken).isZero();
        receive();
        receive();
        assertThat(sourceWoken).isOne();
    }

    @Test
    void nobodyWaitsForMorePacketsThanAreUnderWay() {
        send(64);
        assertThat(source.arm(4)).isEqualTo(Progress.WAIT);
        receive();
        assertThat(sourceWoken).isOne();
        assertThatThrownBy(() -> source.arm(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("One waits for one packet at least and not for 0.");
    }

    @Test
    void whoNeedNotSleepIsNotWoken() {
        send(1);
        assertThat(sink.arm()).isEqualTo(Progress.DONE);
        send(1);
        assertThat(sinkWoken).isZero();
    }

    @Test
    void nothingIsPassedOnTwice() {
        send(1);
        assertThatThrownBy(() -> source.submit(out))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The handle holds no packet.");
        assertThatThrownBy(() -> source.release(out)).isInstanceOf(IllegalStateException.class);
        receive();
        assertThatThrownBy(() -> sink.acknowledge(in)).isInstanceOf(IllegalStateException.class);
        assertThat(source.acknowledged(out)).isEqualTo(Progress.DONE);
        assertThatThrownBy(() -> source.acknowledged(out))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The handle holds a packet of 1 bytes, which would be lost.");
        assertThatThrownBy(() -> source.allocate(out, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> sink.next(source.packet()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The packet belongs to another stream.");
    }

    @Test
    void aPacketEndsWhereItEnds() {
        send(10);
        assertThat(sink.next(in)).isEqualTo(Progress.DONE);
        in.putByte(9, (byte) 1);
        in.read(10, new byte[0], 0, 0);
        assertThatThrownBy(() -> in.getByte(10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> in.getByte(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> in.getInt(7)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> in.getLong(Integer.MAX_VALUE)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> in.read(1, new byte[10], 0, 10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> in.write(0, new byte[10], 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        sink.acknowledge(in);
        assertThatThrownBy(() -> in.getByte(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void sizesThatCannotBeAreMisuse() {
        for (int bytes : new int[] {0, -1, Integer.MIN_VALUE, 4097, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> source.allocate(out, bytes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("A packet has 1 to 4096 bytes here and cannot have " + bytes + ".");
        }
    }

    @Test
    void layoutsAreChecked() {
        assertThat(LAYOUT.ram()).isEqualTo(new RamQuota(8192));
        assertThat(new PacketLayout(1024, 1 << 20).bulk()).isEqualTo(20480);
        assertThat(PacketLayout.isValid(1, 4096)).isTrue();
        assertThat(PacketLayout.isValid(PacketLayout.MAX_ENTRIES, PacketLayout.MAX_BULK))
                .isTrue();
        for (int[] wrong : new int[][] {
            {0, 4096}, {3, 4096}, {-4, 4096}, {Integer.MIN_VALUE, 4096}, {1 << 17, 4096},
            {4, 0}, {4, 4095}, {4, -4096}, {4, Integer.MIN_VALUE}, {4, PacketLayout.MAX_BULK + 4096}
        }) {
            assertThat(PacketLayout.isValid(wrong[0], wrong[1])).isFalse();
            assertThat(shared.tryAttach(wrong[0], wrong[1])).isEqualTo(Result.failed(Failure.INVALID_ARGUMENT));
        }
        assertThatThrownBy(() -> new PacketLayout(3, 4096))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "A packet stream has a power of two of entries, at most 65536, and whole pages of bulk buffer, "
                                + "at most 1073741824 bytes; 3 entries and 4096 bytes are none.");
    }

    @Test
    void memoryThatIsSmallerThanTheServerSaysIsRefused() {
        Shared small = new Shared(LAYOUT, 4096);
        assertThat(small.tryAttach(4, 4096)).isEqualTo(Result.failed(Failure.INVALID_ARGUMENT));
        assertThat(small.detached()).isOne();
    }

    @Test
    void memoryThatIsGoneBreaksTheStream() {
        send(1);
        assertThat(source.allocate(out, 1)).isEqualTo(Progress.DONE);
        sourceMemory.close();
        assertThat(source.submit(out)).isEqualTo(Progress.BROKEN);
        assertThat(source.breach()).contains(new Breach.Gone());
        assertThat(source.breach().orElseThrow()).hasToString("the memory of the stream is gone");
        assertThat(source.acknowledged(out)).isEqualTo(Progress.BROKEN);
        assertThat(source.allocate(out, 1)).isEqualTo(Progress.BROKEN);
        assertThat(source.arm()).isEqualTo(Progress.BROKEN);
        // The other side has its own attachment.
        assertThat(sink.next(in)).isEqualTo(Progress.DONE);
    }

    @Test
    void eachStepFindsMemoryThatIsGone() {
        PacketMemory first = shared.attach();
        PacketSink taking = first.sink(() -> {});
        first.close();
        assertThat(taking.next(taking.packet())).isEqualTo(Progress.BROKEN);
        PacketMemory second = shared.attach();
        PacketSink sleeping = second.sink(() -> {});
        second.close();
        assertThat(sleeping.arm()).isEqualTo(Progress.BROKEN);
        assertThat(sleeping.breach()).contains(new Breach.Gone());
    }
}
