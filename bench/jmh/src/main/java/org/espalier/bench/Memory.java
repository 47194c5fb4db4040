package org.espalier.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.Reference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.espalier.base.Component;
import org.espalier.bench.idle.Idle;

/** What idle instances of a component take in this JVM: Java heap that is in use after a collection, and class metadata. */
final class Memory {
    private Memory() {}

    /** MB of the whole JVM with a system of {@code count} idle instances. */
    static double system(int count) throws Exception {
        CountDownLatch running = new CountDownLatch(count);
        try (StartingHost host = new StartingHost(false, line -> {
            if (line.equals(Idle.LINE)) {
                running.countDown();
            } else {
                System.err.println(line);
            }
        })) {
            host.keep(count);
            if (!running.await(120, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        running.getCount() + " of " + count + " components did not start in two minutes.");
            }
            return inUse();
        }
    }

    /** MB of the whole JVM with {@code count} bare instances, each in its own loader. */
    static double floor(int count) throws Exception {
        BareStart floor = new BareStart("bench_idle");
        Component[] instances = new Component[count];
        try {
            for (int i = 0; i < count; i++) {
                instances[i] = floor.construct();
            }
            return inUse();
        } finally {
            Reference.reachabilityFence(instances);
        }
    }

    /** Class metadata counts as it is committed: what a loader has of a chunk, nobody else can use. */
    private static double inUse() {
        System.gc();
        System.gc();
        long bytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            // The metaspace as a whole; the compressed class space is a part of it.
            if (pool.getName().equals("Metaspace")) {
                bytes += pool.getUsage().getCommitted();
            }
        }
        return bytes / 1e6;
    }
}
