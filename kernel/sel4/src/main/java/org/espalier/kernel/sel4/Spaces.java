package org.espalier.kernel.sel4;

import java.util.ArrayDeque;
import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.AddressSpace;
import org.espalier.machine.Engine;
import org.espalier.machine.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The engine's address spaces, by the tables of level 4 that they stand on. What an engine has for a space costs the host something (a
 * process, say), so there is a fixed number of them: the one that was used longest ago makes room, and is made anew when a thread
 * runs there again. Nothing is lost by that, as all that counts is in the page tables.
 */
final class Spaces {
    private final Engine engine;
    private final ObjectMemory memory;
    private final long empty;
    private final long[] roots;
    private final @Nullable AddressSpace[] spaces;
    private final long[] used;
    private long clock;
    private boolean deferred;

    /** Which spaces the engine has to be told of before anybody runs there. */
    private final boolean[] stale;

    /** Spaces of nobody that the engine still has. */
    private final ArrayDeque<AddressSpace> ended = new ArrayDeque<>();

    /** At most {@code count} spaces; {@code empty} is the address of a table without entries. */
    Spaces(Engine engine, ObjectMemory memory, long empty, int count) {
        this.engine = engine;
        this.memory = memory;
        this.empty = empty;
        this.roots = new long[count];
        this.spaces = new AddressSpace[count];
        this.used = new long[count];
        this.stale = new boolean[count];
    }

    /**
     * From now on the engine is told of changes when somebody is to run, and not when they are made: for kernels that other threads than the
     * engine's enter. Nothing runs in ring 3 while one changes anything.
     */
    void defer() {
        deferred = true;
    }

    /** Whether there is something to {@link #tidy}. */
    boolean isUntidy() {
        return !ended.isEmpty();
    }

    /** Closes what the engine has of spaces that are nobody's any more. On the engine's thread. */
    void tidy() {
        while (!ended.isEmpty()) {
            ended.remove().close();
        }
    }

    /** The table of level 4 of nobody: threads without a space of their own fault there at once. */
    long empty() {
        return empty;
    }

    /** The engine's space for a table of level 4. */
    AddressSpace load(long root) {
        int index = index(root);
        AddressSpace space = index < 0 ? null : spaces[index];
        if (space == null) {
            index = oldest();
            AddressSpace old = spaces[index];
            if (old != null) {
                old.close();
                spaces[index] = null;
            }
            space = engine.space(new Frame(root));
            roots[index] = root;
            spaces[index] = space;
            stale[index] = false;
        }
        if (stale[index]) {
            space.flush();
            stale[index] = false;
        }
        used[index] = ++clock;
        return space;
    }

    /** Changes an entry that ring 3 may have used; see {@link AddressSpace#downgrade}. */
    void downgrade(long root, long entry, long value, long address, long length) {
        int index = index(root);
        AddressSpace space = index < 0 ? null : spaces[index];
        if (space == null) {
            memory.setWord(entry, value);
        } else if (deferred) {
            memory.setWord(entry, value);
            stale[index] = true;
        } else {
            space.downgrade(entry, value, address, length);
        }
    }

    /** Forgets a space whose table is nobody's any more. */
    void close(long root) {
        int index = index(root);
        if (index >= 0) {
            AddressSpace space = spaces[index];
            if (space != null && deferred) {
                ended.add(space);
            } else if (space != null) {
                space.close();
            }
            spaces[index] = null;
            roots[index] = 0;
            used[index] = 0;
        }
    }

    /** How many tables of level 4 there may be with a space. */
    int count() {
        return roots.length;
    }

    /** A table of level 4 that has a space of the engine, 0 for none. */
    long root(int index) {
        return roots[index];
    }

    private int index(long root) {
        for (int i = 0; i < roots.length; i++) {
            if (roots[i] == root) {
                return i;
            }
        }
        return -1;
    }

    private int oldest() {
        int oldest = 0;
        for (int i = 1; i < used.length; i++) {
            if (used[i] < used[oldest]) {
                oldest = i;
            }
        }
        return oldest;
    }
}
