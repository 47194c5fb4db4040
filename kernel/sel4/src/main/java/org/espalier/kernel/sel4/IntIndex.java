package org.espalier.kernel.sel4;

import java.util.Arrays;

/**
 * Numbers that were met, in the order in which they were, each with its place in that order. Made to be used again and again: once it
 * has grown, it allocates nothing. One thread at a time.
 */
final class IntIndex {
    private static final int EMPTY = -1;

    private int[] keys = new int[256];
    private int[] table = new int[1024];
    private int size;

    IntIndex() {
        Arrays.fill(table, EMPTY);
    }

    void clear() {
        Arrays.fill(table, EMPTY);
        size = 0;
    }

    int size() {
        return size;
    }

    int key(int index) {
        return keys[index];
    }

    /** Whether the number is new. */
    boolean add(int key) {
        int at = find(key);
        if (table[at] != EMPTY) {
            return false;
        }
        if (size == keys.length) {
            grow();
            at = find(key);
        }
        keys[size] = key;
        table[at] = size++;
        return true;
    }

    boolean contains(int key) {
        return table[find(key)] != EMPTY;
    }

    /** The place of a number, -1 if it was not met. */
    int indexOf(int key) {
        return table[find(key)];
    }

    private int find(int key) {
        int mask = table.length - 1;
        int at = (key * 0x9e37_79b1) >>> 7 & mask;
        while (table[at] != EMPTY && keys[table[at]] != key) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        keys = Arrays.copyOf(keys, keys.length * 2);
        table = new int[keys.length * 4];
        Arrays.fill(table, EMPTY);
        for (int i = 0; i < size; i++) {
            table[find(keys[i])] = i;
        }
    }
}
