package org.espalier.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The floor: what a migrating call costs when it is written by hand for one method. It looks a capability up among 1,024,
 * checks that object and domain live, takes the entrypoint, switches the domain, copies 64 bytes in and out and calls.
 */
final class HandWrittenCall {
    private static final int TABLE = 1024;
    private static final VarHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(Entry.class, "owner", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Capability[] table = new Capability[TABLE];
    private final Domain client = new Domain();
    private final byte[] request = new byte[64];
    private final byte[] inside = new byte[64];
    private final byte[] reply = new byte[64];
    private Domain current = client;
    private int selector = 77;

    HandWrittenCall() {
        Domain server = new Domain();
        for (int i = 0; i < TABLE; i++) {
            table[i] = new Capability(new Entry(), server, i % 2 == 0 ? new Adder() : new Subtractor());
        }
    }

    private interface Method {
        long run(byte[] payload);
    }

    private static final class Adder implements Method {
        private long state;

        @Override
        public long run(byte[] payload) {
            state += payload[0];
            return state;
        }
    }

    private static final class Subtractor implements Method {
        private long state;

        @Override
        public long run(byte[] payload) {
            state -= payload[0];
            return state;
        }
    }

    private static final class Domain {
        volatile boolean alive = true;
    }

    private static final class Entry {
        volatile @Nullable Thread owner;
    }

    private record Capability(Entry entry, Domain server, Method method) {}

    long call(int value) {
        Capability capability = table[selector & (TABLE - 1)];
        selector = selector * 1103515245 + 12345;
        if (!capability.server.alive) {
            throw new IllegalStateException("The server of the floor does not end.");
        }
        request[0] = (byte) value;
        Entry entry = capability.entry;
        if (!OWNER.compareAndSet(entry, (Thread) null, Thread.currentThread())) {
            throw new IllegalStateException("The entrypoint of the floor has one client.");
        }
        Domain before = current;
        current = capability.server;
        try {
            System.arraycopy(request, 0, inside, 0, 64);
            long result = capability.method.run(inside);
            inside[1] = (byte) result;
            System.arraycopy(inside, 0, reply, 0, 64);
            return reply[1] + result;
        } finally {
            current = before;
            OWNER.setRelease(entry, (Thread) null);
        }
    }
}
