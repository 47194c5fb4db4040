package org.espalier.kernel.sel4.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.espalier.base.Failure;
import org.espalier.kernel.hw.NativeHost.Attaching;
import org.espalier.kernel.ring3.ComponentLayout;
import org.espalier.kernel.ring3.Ranges;
import org.espalier.kernel.ring3.TableTree;
import org.espalier.kernel.sel4.HostedMachine;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.kernel.sel4.core.CoreObjects.Made;
import org.espalier.machine.CopyResult;
import org.espalier.machine.ElfImage;
import org.espalier.machine.Frame;
import org.espalier.machine.MemoryView;
import org.espalier.machine.Rights;
import org.espalier.machine.UserMemory;
import org.jspecify.annotations.Nullable;

/**
 * The address space of a native component: its file, the library image and a stack, which are always mapped, and attachments, of which there is
 * mapped what the RAM quota pays for. An attachment takes page tables, and a copy of each frame's capability, as a capability maps its frame at
 * one place. When the quota pays for no more of that, what was mapped longest ago is taken away and its memory used for what is accessed; whoever
 * accesses it again faults, and has it mapped again. Nothing that is written is lost by that, as frames are the dataspace's.
 *
 * <p>Thread-safe. Locks are taken in this order: this object's, those of the tables that charge, the root task's.
 */
final class Ring3Memory {
    private static final int TABLE_PAGES = 512;
    private static final long TABLE_BYTES = TABLE_PAGES * Frame.BYTES;
    private static final long READ = RootTask.READ;
    private static final long READ_WRITE = RootTask.READ | RootTask.WRITE;

    private final Sel4Fabric fabric;
    private final RootTask root;
    private final Purse purse;
    private final UserMemory user;
    private final Made top;
    private final TableTree<Made> tables;
    private final List<Made> own = new ArrayList<>();
    private final Ranges addresses = new Ranges(
            ComponentLayout.ATTACHED_START / Frame.BYTES,
            (ComponentLayout.ATTACHED_END - ComponentLayout.ATTACHED_START) / Frame.BYTES);
    private final TreeMap<Long, Attached> attached = new TreeMap<>();

    /** What is mapped of attachments, in the order in which it was. */
    private final Set<Part> mapped = new LinkedHashSet<>();

    /** A dataspace in the component's memory. */
    private static final class Attached {
        final long start;
        final long pages;
        final FrameMemory memory;
        final long firstFrame;
        final boolean writable;
        final int region;
        final List<Part> parts = new ArrayList<>();

        Attached(long start, long pages, FrameMemory memory, long firstFrame, boolean writable, int region) {
            this.start = start;
            this.pages = pages;
            this.memory = memory;
            this.firstFrame = firstFrame;
            this.writable = writable;
            this.region = region;
        }
    }

    /** What of an attachment is in one page table. */
    private static final class Part {
        final Attached of;
        final long address;
        final int pages;

        /** The capabilities by which it is mapped; {@code null} while it is not. */
        @Nullable Made node;

        /** For whose access it was mapped, and what that had in its registers. */
        @Nullable Access by;

        Part(Attached of, long address, int pages) {
            this.of = of;
            this.address = address;
            this.pages = pages;
        }

        long frame() {
            return of.firstFrame + (address - of.start) / Frame.BYTES;
        }
    }

    /** An instruction that has faulted: as long as the registers are the same, it is the same try. */
    static final class Access {
        private final Object thread;
        private final long[] registers;

        /** By a thread that has that in its registers. */
        Access(Object thread, long[] registers) {
            this.thread = thread;
            this.registers = registers;
        }

        private boolean isSame(@Nullable Access other) {
            return other != null && other.thread == thread && Arrays.equals(other.registers, registers);
        }
    }

    /** What came of mapping a part. */
    enum Filling {
        DONE,
        /** The quota does not pay for it, whatever is taken away. */
        POOR,
        /** There is no such memory, or no right to it. */
        NOTHING
    }

    private Ring3Memory(Sel4Fabric fabric, Purse purse, Made top) {
        this.fabric = fabric;
        this.root = fabric.root();
        this.purse = purse;
        this.user = new UserMemory(fabric.memory());
        this.top = top;
        this.tables = new TableTree<>(new Sel4Tables(purse, root, top));
    }

    /**
     * The address space of a component with a stack; {@code null}, with nothing charged, if that cannot be paid.
     *
     * @param entry where the image is to return to, which is on top of the stack
     */
    static @Nullable Ring3Memory build(
            Sel4Fabric fabric, Purse purse, ElfImage file, LibraryPages library, long entry) {
        Made top = purse.make(ObjectType.PML4, 0);
        if (top == null) {
            return null;
        }
        Ring3Memory memory = new Ring3Memory(fabric, purse, top);
        synchronized (memory) {
            if (purse.within(() -> fabric.root().assign(top.slot))
                    && memory.load(file)
                    && memory.load(library)
                    && memory.addStack(entry)) {
                return memory;
            }
            memory.discard();
            return null;
        }
    }

    /** Gives all of it back, of a component that has not begun. */
    synchronized void close() {
        discard();
    }

    private void discard() {
        own.forEach(purse::unmake);
        tables.discard();
        purse.unmake(top);
    }

    /** The table of level 4, with an identifier. */
    Made top() {
        return top;
    }

    // ---- what is always mapped

    private boolean load(ElfImage file) {
        for (ElfImage.Segment segment : file.segments()) {
            for (long page = segment.firstPage(); page < segment.endPage(); page += Frame.BYTES) {
                long address = page;
                if (!addPage(page, segment.rights(), frame -> file.copyPage(segment, address, frame))) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean load(LibraryPages library) {
        List<LibraryPages.Page> pages = library.pages();
        int radix = radix(pages.size());
        Made node = purse.make(ObjectType.CNODE, radix);
        if (node == null) {
            return false;
        }
        own.add(node);
        for (int i = 0; i < pages.size(); i++) {
            LibraryPages.Page page = pages.get(i);
            int index = i;
            if (!tables.use(page.address(), 1)
                    || !purse.within(() -> {
                        mapCopy(page.frame().slot, page.address(), READ, data(page.rights()), node, index, radix);
                        return true;
                    })) {
                return false;
            }
        }
        return true;
    }

    private boolean addStack(long entry) {
        for (long page = ComponentLayout.STACK_START; page < ComponentLayout.STACK_END; page += Frame.BYTES) {
            boolean isTop = page + Frame.BYTES == ComponentLayout.STACK_END;
            if (!addPage(page, Rights.READ_WRITE, frame -> {
                if (isTop) {
                    frame.putLong(Frame.BYTES - 2L * Long.BYTES, entry);
                }
            })) {
                return false;
            }
        }
        return true;
    }

    /** A page of the component's own, on a frame of zeros. */
    private boolean addPage(long address, Rights rights, Consumer<MemoryView> content) {
        if (!tables.use(address, 1)) {
            return false;
        }
        Made frame = purse.make(ObjectType.PAGE, 0);
        if (frame == null) {
            return false;
        }
        own.add(frame);
        return purse.within(() -> {
            content.accept(fabric.memory().view(new Frame(frame.address())));
            root.mapPage(frame.slot, top.slot, address, rights.write() ? READ_WRITE : READ, data(rights));
            return true;
        });
    }

    private static long data(Rights rights) {
        return rights.execute() ? 0 : HostedMachine.EXECUTE_NEVER;
    }

    /** Maps a frame by a copy of its capability, which is in a slot of {@code node} then. Within the root task's monitor. */
    private void mapCopy(long frame, long address, long rights, long attributes, Made node, int index, int radix) {
        long scratch = fabric.objects().scratch();
        root.copy(scratch, frame, rights);
        root.mapPage(scratch, top.slot, address, rights, attributes);
        root.move(node.slot, index, radix, scratch);
    }

    /** log2 of the slots for so many capabilities; there is no CNode of one slot. */
    private static int radix(int slots) {
        return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(slots - 1));
    }

    // ---- attachments

    /** Shows a part of a dataspace, of whole pages. */
    synchronized Attaching attach(FrameMemory memory, long offset, long bytes, boolean writable, int region) {
        long pages = bytes / Frame.BYTES;
        // One page more, which stays empty: what runs over the end of an attachment does not get into the next.
        OptionalLong number = addresses.take(pages + 1);
        if (number.isEmpty()) {
            return new Attaching.Refused(Failure.OUT_OF_RAM);
        }
        long start = number.getAsLong() * Frame.BYTES;
        Attached next = new Attached(start, pages, memory, offset / Frame.BYTES, writable, region);
        long end = start + pages * Frame.BYTES;
        for (long at = start; at < end; ) {
            long until = Math.min(end, (at / TABLE_BYTES + 1) * TABLE_BYTES);
            next.parts.add(new Part(next, at, (int) ((until - at) / Frame.BYTES)));
            at = until;
        }
        try (HostedMachine.Pause _ = fabric.machine().pause()) {
            Filling first = provide(next.parts.getFirst(), null);
            if (first != Filling.DONE) {
                addresses.give(number.getAsLong(), pages + 1);
                return new Attaching.Refused(first == Filling.POOR ? Failure.OUT_OF_RAM : Failure.GONE);
            }
            for (int i = 1; i < next.parts.size() && fill(next.parts.get(i)) == Filling.DONE; i++) {
                // As far as the quota goes without taking anything away; the rest comes when it is accessed.
            }
        }
        attached.put(start, next);
        return new Attaching.Done(start);
    }

    /** Ends what is attached at {@code start}; its region, if there is one. */
    synchronized OptionalInt detach(long start) {
        Attached last = attached.remove(start);
        if (last == null) {
            return OptionalInt.empty();
        }
        try (HostedMachine.Pause _ = fabric.machine().pause()) {
            last.parts.forEach(this::empty);
        }
        addresses.give(start / Frame.BYTES, last.pages + 1);
        return OptionalInt.of(last.region);
    }

    /** Has the page mapped that a thread has faulted at, if it is part of an attachment. */
    synchronized Filling resolve(long address, boolean writes, Access access) {
        Part part = part(address);
        if (part == null || (writes && !part.of.writable)) {
            return Filling.NOTHING;
        }
        if (part.node != null) {
            // Mapped for somebody else meanwhile; or its dataspace is gone.
            return purse.within(() -> !part.of.memory.isFreed()) ? Filling.DONE : Filling.NOTHING;
        }
        try (HostedMachine.Pause _ = fabric.machine().pause()) {
            return provide(part, access);
        }
    }

    private @Nullable Part part(long address) {
        Map.Entry<Long, Attached> entry = attached.floorEntry(address);
        if (entry == null) {
            return null;
        }
        Attached in = entry.getValue();
        if (address >= in.start + in.pages * Frame.BYTES) {
            return null;
        }
        return in.parts.get((int) (address / TABLE_BYTES - in.start / TABLE_BYTES));
    }

    /** Maps a part, and takes others away until it can be paid; but for those that the same access needs. */
    private Filling provide(Part part, @Nullable Access access) {
        while (true) {
            Filling filling = fill(part);
            if (filling != Filling.POOR) {
                part.by = access;
                return filling;
            }
            Part victim = null;
            for (Part each : mapped) {
                if (access == null || !access.isSame(each.by)) {
                    victim = each;
                    break;
                }
            }
            if (victim == null) {
                return Filling.POOR;
            }
            empty(victim);
        }
    }

    private Filling fill(Part part) {
        if (!tables.use(part.address, 1)) {
            return Filling.POOR;
        }
        int radix = radix(part.pages);
        Made node = purse.make(ObjectType.CNODE, radix);
        if (node == null) {
            tables.release(part.address, 1);
            return Filling.POOR;
        }
        long rights = part.of.writable ? READ_WRITE : READ;
        boolean shown = purse.within(() -> {
            if (part.of.memory.isFreed()) {
                return false;
            }
            for (int i = 0; i < part.pages; i++) {
                long frame = part.of.memory.frame(part.frame() + i);
                mapCopy(
                        frame,
                        part.address + (long) i * Frame.BYTES,
                        rights,
                        HostedMachine.EXECUTE_NEVER,
                        node,
                        i,
                        radix);
            }
            return true;
        });
        if (!shown) {
            purse.unmake(node);
            tables.release(part.address, 1);
            return Filling.NOTHING;
        }
        part.node = node;
        mapped.add(part);
        return Filling.DONE;
    }

    /** Takes a part away, if it is mapped, and what it took with it. */
    private void empty(Part part) {
        Made node = part.node;
        if (node != null) {
            part.node = null;
            part.by = null;
            mapped.remove(part);
            purse.unmake(node);
            tables.release(part.address, 1);
        }
    }

    // ---- copies

    /** Copies from where the component itself could read; false if it could not, or is gone. */
    synchronized boolean copyIn(long address, byte[] target, int index, int length) {
        return copy(address, index, length, (at, from, now) -> user.copyIn(frame(), at, target, from, now));
    }

    /** Copies to where the component itself could write; false if it could not, or is gone. */
    synchronized boolean copyOut(long address, byte[] source, int index, int length) {
        return copy(address, index, length, (at, from, now) -> user.copyOut(frame(), at, source, from, now));
    }

    private Frame frame() {
        return new Frame(top.address());
    }

    private interface Copying {
        CopyResult copy(long address, int index, int length);
    }

    /** Page by page, as not all of them need to be mapped at once. */
    private boolean copy(long address, int index, int length, Copying copying) {
        int done = 0;
        while (done < length) {
            long at = address + done;
            int from = index + done;
            int now = (int) Math.min(length - done, Frame.BYTES - (at & Frame.BYTES - 1));
            Part part = part(at);
            if (part != null && part.node == null) {
                provide(part, null);
            }
            if (!purse.within(() -> copying.copy(at, from, now) instanceof CopyResult.Done)) {
                return false;
            }
            done += now;
        }
        return true;
    }
}
