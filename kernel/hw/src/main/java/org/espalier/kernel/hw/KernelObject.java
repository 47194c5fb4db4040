package org.espalier.kernel.hw;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a capability names. Owned by one domain, where {@link #ownIndex} is its slot. Once dead it stays dead, and every
 * capability for it is void; holders keep a dead entry until they release it.
 */
abstract sealed class KernelObject {
    final Domain owner;
    volatile boolean dissolved;
    int ownIndex;
    /** What it is in the kernel beneath, if there is one, once it is in its owner's space. */
    Fabric.@Nullable Item item;

    KernelObject(Domain owner) {
        this.owner = owner;
    }

    /** Whether capabilities for it are void. */
    boolean isDead() {
        return dissolved || owner.ended;
    }

    /** What it is in the kernel beneath; called once, when it comes into the space of its owner. */
    Fabric.Item makeItem(Fabric.Space space) throws Fabric.Exhausted {
        return space.token(ownIndex);
    }

    /** The name under which it comes back to its owner: 0 once it is dissolved, for its slot may be another object's by then. */
    int indexAtOwner() {
        return dissolved ? 0 : ownIndex;
    }

    /** An object that answers requests, at its entrypoint. */
    static final class RpcObject extends KernelObject {
        final Entry entry;
        final long id;

        /** What its requests come with in the kernel beneath; another one for each object at any time. */
        long badge;

        RpcObject(Domain owner, Entry entry, long id) {
            super(owner);
            this.entry = entry;
            this.id = id;
        }

        @Override
        Fabric.Item makeItem(Fabric.Space space) throws Fabric.Exhausted {
            badge = owner.badge(ownIndex);
            return entry.post().object(badge);
        }
    }

    /** A signal context: a counter, and who looks at it. */
    static final class Context extends KernelObject {
        /** Where deliveries are upcalls; {@code null} when a thread waits for them. */
        final @Nullable Entry entry;

        final long id;

        /** Guards what follows where there is no entry; else the entry's queue does. */
        final Lock lock = new ReentrantLock();

        /** For those who wait, at a context without entry. */
        final Condition submitted = lock.newCondition();

        /** Submissions not delivered. */
        int pending;

        boolean queued;

        Context(Domain owner, @Nullable Entry entry, long id) {
            super(owner);
            this.entry = entry;
            this.id = id;
        }

        @Override
        Fabric.Item makeItem(Fabric.Space space) throws Fabric.Exhausted {
            return entry == null ? space.bell() : entry.post().bell();
        }
    }

    /** Memory, in one of its forms, charged to {@link #payer}. */
    abstract static sealed class Memory extends KernelObject permits PhysicalMemory, ReadOnlyMemory, ManagedMemory {
        final Domain payer;
        final long bytes;

        Memory(Domain owner, Domain payer, long bytes) {
            super(owner);
            this.payer = payer;
            this.bytes = bytes;
        }

        /** What the payer is charged beside the capabilities. */
        abstract long ramCost();
    }

    /** A thread of {@link #domain} that core created. */
    static final class ThreadObject extends KernelObject {
        final Domain domain;
        final String name;
        /** Its thread in the kernel beneath, if there is one. */
        Fabric.@Nullable Seat seat;

        ThreadObject(Domain owner, Domain domain, String name) {
            super(owner);
            this.domain = domain;
            this.name = name;
        }
    }
}
