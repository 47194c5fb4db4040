package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Messages arrive whole, in order and with their descriptors, or are told as lost; nothing waits to send. */
final class ChannelTest {
    @BeforeAll
    static void onThisHost() {
        Hosts.assumeConfinement();
    }

    private static List<Descriptor> accept(Channel channel, byte... expected) throws HostException {
        Channel.Received.Message message = (Channel.Received.Message) channel.receive();
        assertThat(message.bytes()).isEqualTo(ByteBuffer.wrap(expected));
        return message.descriptors();
    }

    @Test
    void messagesKeepTheirBoundariesAndTheirOrder() throws HostException {
        Channel.Pair pair = Channel.pair();
        try (Channel here = pair.here();
                Channel there = new Channel(pair.there())) {
            assertThat(here.send(new byte[] {1})).isEqualTo(Channel.Sent.SENT);
            assertThat(here.send(new byte[] {2, 3})).isEqualTo(Channel.Sent.SENT);
            assertThat(there.send(new byte[Channel.MOST_BYTES])).isEqualTo(Channel.Sent.SENT);
            assertThat(accept(there, (byte) 1)).isEmpty();
            assertThat(accept(there, (byte) 2, (byte) 3)).isEmpty();
            assertThat(accept(here, new byte[Channel.MOST_BYTES])).isEmpty();
        }
    }

    @Test
    void whatDescriptorsNameIsTheSameOnTheOtherSide() throws HostException {
        Channel.Pair pair = Channel.pair();
        try (Channel here = pair.here();
                Channel there = new Channel(pair.there());
                MemoryFile memory = MemoryFile.create("test", MemoryFile.PAGE);
                MemoryFile second = MemoryFile.holding("test", new byte[] {9});
                Arena arena = Arena.ofConfined()) {
            memory.map(arena).set(ValueLayout.JAVA_LONG, 0, 42);
            here.send(new byte[] {7}, memory.descriptor(), second.descriptor());
            List<Descriptor> arrived = accept(there, (byte) 7);
            MemorySegment read = arena.allocate(Long.BYTES);
            assertThat(Host.demand(SystemCall.PREAD64, arrived.get(0).hold(), read.address(), 8, 0, 0, 0))
                    .isEqualTo(8);
            assertThat(read.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
            assertThat(Host.demand(SystemCall.PREAD64, arrived.get(1).hold(), read.address(), 8, 0, 0, 0))
                    .isEqualTo(1);
            assertThat(arrived.stream().map(Descriptor::hold))
                    .doesNotContain(
                            memory.descriptor().hold(), second.descriptor().hold());
            arrived.forEach(Descriptor::close);
        }
    }

    @Test
    void whoDoesNotReceiveMakesNobodyWait() throws HostException {
        Channel.Pair pair = Channel.pair();
        try (Channel here = pair.here();
                Channel there = new Channel(pair.there())) {
            int sent = 0;
            while (here.send(new byte[Channel.MOST_BYTES]) == Channel.Sent.SENT) {
                sent++;
            }
            assertThat(sent).isPositive();
            assertThat(here.send(new byte[] {1})).isEqualTo(Channel.Sent.FULL);
            assertThat(there.receive()).isInstanceOf(Channel.Received.Message.class);
            assertThat(here.send(new byte[] {1})).isEqualTo(Channel.Sent.SENT);
        }
    }

    @Test
    void theEndOfTheOtherSideIsTold() throws HostException {
        Channel.Pair pair = Channel.pair();
        try (Channel here = pair.here()) {
            Channel there = new Channel(pair.there());
            there.send(new byte[] {1});
            there.close();
            accept(here, (byte) 1);
            assertThat(here.receive()).isInstanceOf(Channel.Received.Closed.class);
            assertThat(here.receive()).isInstanceOf(Channel.Received.Closed.class);
            assertThat(here.send(new byte[] {1})).isEqualTo(Channel.Sent.CLOSED);
        }
    }

    @Test
    void whoLeavesWithMessagesThatItDidNotReceiveIsGone() throws HostException {
        Channel.Pair pair = Channel.pair();
        try (Channel here = pair.here()) {
            here.send(new byte[] {1});
            pair.there().close();
            List<Channel.Received> all = new ArrayList<>();
            all.add(here.receive());
            assertThat(all).hasOnlyElementsOfType(Channel.Received.Closed.class);
        }
    }

    /** Numbers of closed descriptors are given away again at once; who received on the old one must not see the new one's messages. */
    @Test
    void whoReceivesOnAChannelThatIsClosedNeverGetsTheMessageOfAnother() throws Exception {
        for (int round = 0; round < 300; round++) {
            Channel.Pair old = Channel.pair();
            Channel there = new Channel(old.there());
            FutureTask<Channel.Received> receiving = new FutureTask<>(old.here()::receive);
            Thread receiver = Thread.ofPlatform().start(receiving);
            if (round % 2 == 0) {
                LockSupport.parkNanos(50_000);
            }
            old.here().close();
            Channel.Pair next = Channel.pair();
            Channel nextThere = new Channel(next.there());
            nextThere.send(new byte[] {9});
            receiver.join();
            try {
                assertThat(receiving.get()).isInstanceOf(Channel.Received.Closed.class);
            } catch (ExecutionException closedBefore) {
                assertThat(closedBefore).hasCauseInstanceOf(IllegalStateException.class);
            }
            accept(next.here(), (byte) 9);
            there.close();
            next.here().close();
            nextThere.close();
        }
    }
}
