package org.espalier.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The engine's own part of a virtual machine's physical memory, as {@link SupervisorLayout} says. It begins behind the kernel's and a gap, in
 * a file of its own, so no kernel finds its frames taken. Ring 0 sees all of the machine's memory by pages of 2 MiB, and may execute
 * nothing of the kernel's.
 */
final class SupervisorMemory implements AutoCloseable {
    private static final int FRAMES_OF_A_PROCESSOR = 2;
    private static final long LARGE_PAGE = PageSize.LARGE.bytes();

    /** Entries of ring 0 with accessed and dirty bits set, so that the processor has nothing to write there. */
    private static final long TABLE = PageTableLayout.PRESENT | PageTableLayout.WRITABLE | 0x20;

    private static final long PAGE = TABLE | 0x40 | PageTableLayout.LARGE;

    /** Between the kernel's memory and the engine's: what goes wrong by little in an entry of page tables leads to nothing. */
    private static final long GAP = PageSize.HUGE.bytes();

    private final long kernelEnd;
    private final long base;
    private final int processors;
    private final long bytes;
    private final long processorFrames;
    private final int rootEntries;
    private final MemoryFile file;
    private final MemorySegment segment;
    private final MemoryView view;

    /** Memory for so many processors, behind the {@code kernelBytes} of the kernel's; unmapped when {@code arena} is closed. */
    SupervisorMemory(long kernelBytes, int processors, Arena arena) {
        this.processors = processors;
        long huge = PageSize.HUGE.bytes();
        kernelEnd = roundUp(kernelBytes);
        base = kernelEnd + GAP;
        // Generous: as if the engine's own part were 1 GiB.
        int directories = Math.toIntExact((base + huge - 1) / huge + 1);
        rootEntries = (directories + PageTableLayout.ENTRIES - 1) / PageTableLayout.ENTRIES;
        processorFrames = SupervisorLayout.TABLES + (long) (rootEntries + directories) * Frame.BYTES;
        bytes = roundUp(processorFrames + (long) processors * FRAMES_OF_A_PROCESSOR * Frame.BYTES);
        file = MemoryFile.sparse("espalier-kvm", bytes);
        segment = file.map(bytes, arena);
        view = new MemoryView(segment);
        SupervisorLayout.write(view, address(0));
        mapAll(directories);
    }

    private static long roundUp(long bytes) {
        return (bytes + LARGE_PAGE - 1) & -LARGE_PAGE;
    }

    private void mapAll(int directories) {
        long pointers = SupervisorLayout.TABLES;
        long first = pointers + (long) rootEntries * Frame.BYTES;
        for (int i = 0; i < directories; i++) {
            view.putLong(pointers + (long) i * Long.BYTES, (base + first + (long) i * Frame.BYTES) | TABLE);
        }
        for (long page = 0; page < kernelEnd; page += LARGE_PAGE) {
            view.putLong(first + page / LARGE_PAGE * Long.BYTES, page | PAGE | PageTableLayout.NO_EXECUTE);
        }
        for (long page = base; page < base + bytes; page += LARGE_PAGE) {
            view.putLong(first + page / LARGE_PAGE * Long.BYTES, page | PAGE);
        }
    }

    /** The physical address where that of a machine with so much memory begins. */
    static long base(long kernelBytes) {
        return roundUp(kernelBytes) + GAP;
    }

    /** The physical address where it begins. */
    long base() {
        return base;
    }

    long bytes() {
        return bytes;
    }

    long hostAddress() {
        return segment.address();
    }

    MemoryView view() {
        return view;
    }

    /** Where ring 0 sees the byte at {@code offset}. */
    long address(long offset) {
        return SupervisorLayout.KERNEL + base + offset;
    }

    /** The offset of a processor's frame for task state and stack. */
    long stack(int processor) {
        if (processor >= processors) {
            throw new IndexOutOfBoundsException("There is memory for " + processors + " processors.");
        }
        return processorFrames + (long) processor * FRAMES_OF_A_PROCESSOR * Frame.BYTES;
    }

    /** The offset of a processor's root, the table of level 4. */
    long root(int processor) {
        return stack(processor) + Frame.BYTES;
    }

    /** Prepares the frames of a processor: a task state with its stack, and a root whose upper half is the engine's. */
    void prepare(int processor) {
        long stack = stack(processor);
        // Offsets of a 64-bit task state: Intel SDM vol. 3, 8.7.
        view.putLong(stack + 4, address(stack) + Frame.BYTES);
        view.putShort(stack + 102, (short) (SupervisorLayout.TASK_LIMIT + 1));
        for (int i = 0; i < rootEntries; i++) {
            long table = base + SupervisorLayout.TABLES + (long) i * Frame.BYTES;
            long entry = root(processor) + (long) (SupervisorLayout.KERNEL_ENTRY + i) * Long.BYTES;
            view.putLong(entry, table | TABLE);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
