package org.espalier.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

/** A packet on its way allocates no Java memory. */
final class PacketAllocationTest {
    private static final int ROUNDS = 200_000;

    private final Shared shared = new Shared(new PacketLayout(64, 1 << 16));
    private final PacketSource source = shared.attach().source(() -> {});
    private final PacketSink sink = shared.attach().sink(() -> {});
    private final Packet out = source.packet();
    private final Packet in = sink.packet();
    private long sum;

    private void round(int number) {
        source.allocate(out, 1 + number % 4000);
        out.putByte(0, (byte) number);
        source.submit(out);
        source.arm();
        sink.next(in);
        sum += in.getByte(0);
        sink.acknowledge(in);
        sink.arm();
        source.acknowledged(out);
        source.release(out);
    }

    private void rounds() {
        for (int number = 0; number < ROUNDS; number++) {
            round(number);
        }
    }

    /** By reflection, because the module under test does not read the one of the management beans. */
    private static long allocatedBytes() throws ReflectiveOperationException {
        Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Method bytes = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        return (long) bytes.invoke(threads);
    }

    @Test
    void packetsOnTheirWayAllocateNothing() throws ReflectiveOperationException {
        rounds();
        rounds();
        long before = allocatedBytes();
        rounds();
        // What the measurement itself takes, and what the JVM may have done meanwhile, but nothing for each packet.
        assertThat(allocatedBytes() - before).isLessThan(ROUNDS);
        assertThat(sum).isNotZero();
        assertThat(source.breach()).isEmpty();
    }
}
