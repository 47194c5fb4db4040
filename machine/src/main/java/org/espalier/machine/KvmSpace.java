package org.espalier.machine;

import org.jspecify.annotations.Nullable;

/**
 * An address space of the engine {@code kvm}: the kernel's tables from level 3 on, used as they are, and the entries of its root in that
 * of a {@link KvmProcessor}, if it has one at the moment. Belongs to the thread of the engine.
 */
final class KvmSpace implements AddressSpace {
    private final KvmEngine engine;
    private final PhysicalMemory memory;
    private final PageTables tables;
    private final Frame root;
    private @Nullable KvmProcessor processor;
    private boolean open = true;

    KvmSpace(KvmEngine engine, PhysicalMemory memory, Frame root) {
        this.engine = engine;
        this.memory = memory;
        this.tables = new PageTables(memory);
        this.root = root;
    }

    KvmEngine engine() {
        return engine;
    }

    boolean isOpen() {
        return open;
    }

    @Override
    public Frame root() {
        return root;
    }

    @Nullable KvmProcessor processor() {
        return processor;
    }

    void attached(KvmProcessor to) {
        processor = to;
    }

    void detached() {
        processor = null;
    }

    @Override
    public void downgrade(long entry, long value, long address, long length) {
        engine.checkUse(this);
        long old = memory.all().getLong(entry);
        boolean page = length == Frame.BYTES || (old & PageTableLayout.LARGE) != 0;
        if ((old & PageTableLayout.PRESENT) == 0) {
            memory.all().putLong(entry, value);
        } else if (page && !isRootEntry(entry)) {
            engine.store(this, entry, value, address, length > Frame.BYTES);
        } else {
            // What was behind the entry are tables, whose frames may become anything.
            memory.all().putLong(entry, value);
            engine.forgetTables();
        }
    }

    private boolean isRootEntry(long entry) {
        return entry >= root.address() && entry < root.address() + Frame.BYTES;
    }

    @Override
    public void flush() {
        engine.checkUse(this);
        engine.forgetTables();
    }

    Walk walk(long address) {
        return tables.walk(root, address);
    }

    /** Repeats the root's entry for {@code address} in the processor's root; false if it is there already. */
    boolean refreshRoot(KvmProcessor of, long address) {
        long at = PageTableLayout.entry(root.address(), PageTableLayout.LEVELS, address);
        int index = (int) ((at - root.address()) / PageTableLayout.ENTRY_BYTES);
        return of.refreshRootEntry(index, memory.all().getLong(at));
    }

    /** An address that the tables lead to {@code physical} for, which is outside of the memory; negative if there is none. */
    long addressOf(long physical) {
        return search(root.address(), PageTableLayout.LEVELS, 0, physical);
    }

    private long search(long table, int level, long address, long physical) {
        int entries = level == PageTableLayout.LEVELS ? PageTableLayout.ENTRIES / 2 : PageTableLayout.ENTRIES;
        long span = PageTableLayout.span(level);
        for (int i = 0; i < entries; i++) {
            long entry = memory.all().getLong(table + (long) i * PageTableLayout.ENTRY_BYTES);
            long to = entry & PageTableLayout.ADDRESS;
            long here = address + i * span;
            if ((entry & PageTableLayout.PRESENT) == 0) {
                continue;
            }
            if (level == 1 || (entry & PageTableLayout.LARGE) != 0) {
                long first = to & -span;
                if (physical >= first && physical < first + span) {
                    return here + physical - first;
                }
            } else if (memory.contains(to, Frame.BYTES)) {
                long found = search(to, level - 1, here, physical);
                if (found >= 0) {
                    return found;
                }
            }
        }
        return -1;
    }

    @Override
    public void close() {
        engine.close(this);
    }

    /** Gives the processor back; the engine sees to the rest. */
    void end() {
        open = false;
        if (processor != null) {
            processor.release();
            processor.detach();
            processor = null;
        }
    }
}
