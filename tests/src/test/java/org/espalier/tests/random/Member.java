package org.espalier.tests.random;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A component as the model sees it: its place in the tree, its two purses, what it holds, and its part in sessions. */
final class Member {
    static final int SLOTS = 4;

    /**
     * What starting a member has taken from one above it.
     *
     * @param ram owned less
     * @param caps owned less
     * @param ramUsed used more
     * @param capsUsed used more
     */
    record Cost(long ram, long caps, long ramUsed, long capsUsed) {}

    /** Something that a capability names. */
    static final class Thing {
        final Member owner;
        /** Whose quota pays for the memory; the owner of everything else. */
        final Member payer;

        final int who;
        final long bytes;
        boolean dissolved;

        Thing(Member owner, Member payer, int who, long bytes) {
            this.owner = owner;
            this.payer = payer;
            this.who = who;
            this.bytes = bytes;
        }

        boolean isMemory() {
            return bytes > 0;
        }

        boolean isDead() {
            return dissolved || owner.gone || payer.gone;
        }
    }

    final String label;
    final int slot;
    final @Nullable Member parent;
    final @Nullable Member[] children = new Member[SLOTS];
    final Purse ram = new Purse();
    final Purse caps = new Purse();
    /** Costs at those above. */
    final Map<Member, Cost> costs = new LinkedHashMap<>();
    /** What it holds, by its own numbers. */
    final TreeMap<Integer, Thing> held = new TreeMap<>();

    int lastNumber;
    boolean hosts;
    boolean grants;
    boolean exited;
    boolean gone;

    // As a client: sessions at its parent, those for its own children with negative numbers.
    final Map<Integer, Leg> sessions = new LinkedHashMap<>();
    int lastUpper;
    /** Contexts for news of sessions that it has named since it started. */
    int sessionSignals;
    /** Whether one of them is that of its sandbox. */
    boolean isTold;

    // As a server.
    boolean announced;
    int lastServed;
    final Map<Integer, Leg> serving = new LinkedHashMap<>();
    final ArrayDeque<Item> queue = new ArrayDeque<>();

    // As a host.
    final List<Leg> waiting = new ArrayList<>();

    // As a child that wants something, or has something that is wanted.
    long wishedRam = -1;
    long wishedCaps;
    long wantedRam;
    long wantedCaps;

    /** A request that the server has not fetched. */
    record Item(Leg leg, String kind, long ram, long caps) {}

    Member(String label, int slot, @Nullable Member parent) {
        this.label = label;
        this.slot = slot;
        this.parent = parent;
    }

    Member host() {
        if (parent == null) {
            throw new IllegalStateException("core has no parent.");
        }
        return parent;
    }

    boolean isCore() {
        return parent == null;
    }

    int depth() {
        return parent == null ? 0 : parent.depth() + 1;
    }

    /** Itself and all below. */
    List<Member> subtree() {
        List<Member> all = new ArrayList<>();
        all.add(this);
        for (Member child : children) {
            if (child != null) {
                all.addAll(child.subtree());
            }
        }
        return all;
    }

    /** Serves the session no longer, and has nothing to fetch for it. */
    void forget(Leg leg) {
        serving.remove(leg.servedAs);
        queue.removeIf(item -> item.leg() == leg);
    }

    /** Its number for a thing that it has paid for, or that is its own; 0 for none. */
    int keep(@Nullable Thing thing) {
        if (thing == null) {
            return 0;
        }
        if (thing.owner == this) {
            for (Map.Entry<Integer, Thing> entry : held.entrySet()) {
                if (entry.getValue() == thing) {
                    return entry.getKey();
                }
            }
        }
        held.put(++lastNumber, thing);
        return lastNumber;
    }

    @Override
    public String toString() {
        return label;
    }
}
