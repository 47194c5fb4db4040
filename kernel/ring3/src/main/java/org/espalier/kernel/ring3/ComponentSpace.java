package org.espalier.kernel.ring3;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.espalier.machine.AddressSpace;
import org.espalier.machine.CopyResult;
import org.espalier.machine.CpuContext;
import org.espalier.machine.ElfImage;
import org.espalier.machine.Engine;
import org.espalier.machine.Frame;
import org.espalier.machine.PageSize;
import org.espalier.machine.PageTables;
import org.espalier.machine.PhysicalMemory;
import org.espalier.machine.Rights;
import org.espalier.machine.UserMemory;
import org.espalier.machine.Walk;

/**
 * The address space of one native component: its file, the kernel's library image, a stack, and the memory that it has attached. How
 * its system calls are answered is somebody else's. All frames but those of the image and of attached memory come from one source, and go
 * back there at the end at the latest.
 *
 * <p>Belongs to the thread of the engine, but for the copies, which any thread may make: what changes the page tables and what walks them
 * for a copy exclude each other, so a copy never reaches a frame that was taken away.
 */
public final class ComponentSpace implements AutoCloseable {
    /** Beyond as many pages it is cheaper to have all of the address space fetched anew than to take them away one by one. */
    private static final long FLUSHED_PAGES = 8;

    private final PhysicalMemory memory;
    private final FrameSource frames;
    private final Frame root;
    private final AddressSpace space;
    private final PageTables tables;
    private final UserMemory user;
    private final TableTree<Frame> tree;
    private final List<Frame> own = new ArrayList<>();
    private final Ranges addresses = new Ranges(
            ComponentLayout.ATTACHED_START / Frame.BYTES,
            (ComponentLayout.ATTACHED_END - ComponentLayout.ATTACHED_START) / Frame.BYTES);
    private final Map<Long, Attached> attached = new HashMap<>();
    private boolean closed;

    /** Where memory is attached; it is not shown there any more once it is {@code revoked}. */
    private record Attached(long pages, boolean revoked) {}

    private ComponentSpace(Engine engine, PhysicalMemory memory, FrameSource frames, Frame root) {
        this.memory = memory;
        this.frames = frames;
        this.root = root;
        this.space = engine.space(root);
        this.tables = new PageTables(memory);
        this.user = new UserMemory(memory);
        this.tree = new TableTree<>(new FrameTables(tables, space, frames));
    }

    /** What came of building an address space. */
    public sealed interface Building {
        /** It is the caller's, who closes it; a thread that runs {@code initial} begins the component. */
        record Built(ComponentSpace space, CpuContext initial) implements Building {}

        /** There are fewer frames than it needs; what it took was given back. */
        record OutOfFrames() implements Building {}
    }

    /**
     * Builds an address space.
     *
     * @throws org.espalier.machine.HostFailure if the host fails the engine; nothing is left behind
     */
    public static Building build(
            Engine engine, PhysicalMemory memory, ComponentFile file, LibraryImage image, FrameSource frames) {
        Optional<Frame> root = frames.take();
        if (root.isEmpty()) {
            return new Building.OutOfFrames();
        }
        ComponentSpace built;
        try {
            built = new ComponentSpace(engine, memory, frames, root.get());
        } catch (RuntimeException e) {
            frames.give(root.get());
            throw e;
        }
        if (!built.load(file.image()) || !built.load(image) || !built.addStack()) {
            built.close();
            return new Building.OutOfFrames();
        }
        return new Building.Built(built, built.begin(file, image));
    }

    private boolean load(ElfImage image) {
        for (ElfImage.Segment segment : image.segments()) {
            for (long page = segment.firstPage(); page < segment.endPage(); page += Frame.BYTES) {
                Optional<Frame> frame = addPage(page, segment.rights());
                if (frame.isEmpty()) {
                    return false;
                }
                image.copyPage(segment, page, memory.view(frame.get()));
            }
        }
        return true;
    }

    private boolean load(LibraryImage library) {
        ElfImage image = library.image();
        for (ElfImage.Segment segment : image.segments()) {
            for (long page = segment.firstPage(); page < segment.endPage(); page += Frame.BYTES) {
                if (!(segment.rights().write()
                        ? addWrittenPage(image, segment, page)
                        : addShared(library, segment, page))) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean addWrittenPage(ElfImage image, ElfImage.Segment segment, long page) {
        Optional<Frame> frame = addPage(page, segment.rights());
        frame.ifPresent(fresh -> image.copyPage(segment, page, memory.view(fresh)));
        return frame.isPresent();
    }

    private boolean addShared(LibraryImage library, ElfImage.Segment segment, long page) {
        Optional<Frame> frame = library.shared(segment, page);
        return frame.isPresent() && show(page, frame.get(), segment.rights());
    }

    private boolean addStack() {
        for (long page = ComponentLayout.STACK_START; page < ComponentLayout.STACK_END; page += Frame.BYTES) {
            if (addPage(page, Rights.READ_WRITE).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** A page of the component's own, on a frame of zeros. */
    private Optional<Frame> addPage(long address, Rights rights) {
        Optional<Frame> frame = frames.take();
        frame.ifPresent(own::add);
        return frame.filter(fresh -> show(address, fresh, rights));
    }

    private boolean show(long address, Frame frame, Rights rights) {
        if (!tree.use(address, 1)) {
            return false;
        }
        map(address, frame, rights);
        return true;
    }

    private void map(long address, Frame frame, Rights rights) {
        FrameTables.done(tables.map(space, address, frame, PageSize.SMALL, rights, Optional::empty));
    }

    /** The image is entered, and returns to the component's entry with the stack that a component is entered with. */
    private CpuContext begin(ComponentFile file, LibraryImage image) {
        Frame top = own.getLast();
        memory.view(top).putLong(Frame.BYTES - 2L * Long.BYTES, file.image().entry());
        return new CpuContext(image.image().entry(), ComponentLayout.STACK_END - 2L * Long.BYTES);
    }

    /** What threads of the component run in. */
    AddressSpace space() {
        return space;
    }

    /**
     * Shows {@code pages} consecutive frames from {@code first} on, which are somebody else's, and returns the address; empty, with nothing
     * changed, if there are no frames for tables, or no addresses. What is shown is never executed.
     */
    public synchronized OptionalLong attach(Frame first, long pages, boolean writable) {
        // One page more, which stays empty: what runs over the end of an attachment does not get into the next.
        OptionalLong number = closed ? OptionalLong.empty() : addresses.take(pages + 1);
        if (number.isEmpty()) {
            return number;
        }
        long start = number.getAsLong() * Frame.BYTES;
        if (!tree.use(start, pages)) {
            addresses.give(number.getAsLong(), pages + 1);
            return OptionalLong.empty();
        }
        for (long i = 0; i < pages; i++) {
            long offset = i * Frame.BYTES;
            map(start + offset, new Frame(first.address() + offset), writable ? Rights.READ_WRITE : Rights.READ);
        }
        attached.put(start, new Attached(pages, false));
        return OptionalLong.of(start);
    }

    /** Takes the memory at {@code start} away, which no access reaches from now on; the addresses stay taken until {@link #detach}. */
    public synchronized void revoke(long start) {
        Attached there = attached.get(start);
        if (there != null && !there.revoked()) {
            unmap(start, there.pages());
            attached.put(start, new Attached(there.pages(), true));
        }
    }

    /** Ends an attachment; nothing happens if none begins at {@code start}. */
    public synchronized void detach(long start) {
        revoke(start);
        Attached there = attached.remove(start);
        if (there != null) {
            tree.release(start, there.pages());
            addresses.give(start / Frame.BYTES, there.pages() + 1);
        }
    }

    private void unmap(long start, long pages) {
        for (long i = 0; i < pages; i++) {
            long address = start + i * Frame.BYTES;
            if (pages <= FLUSHED_PAGES) {
                FrameTables.done(tables.unmap(space, address, PageSize.SMALL));
            } else if (tables.walk(root, address) instanceof Walk.Mapped page) {
                memory.all().putLong(page.entry(), 0);
            }
        }
        if (pages > FLUSHED_PAGES) {
            space.flush();
        }
    }

    /** Copies from where the component itself could read; false if it could not, or is gone. For any thread. */
    public synchronized boolean copyIn(long address, byte[] target, int index, int length) {
        return !closed && user.copyIn(root, address, target, index, length) instanceof CopyResult.Done;
    }

    /** Copies to where the component itself could write; false if it could not, or is gone. For any thread. */
    public synchronized boolean copyOut(long address, byte[] source, int index, int length) {
        return !closed && user.copyOut(root, address, source, index, length) instanceof CopyResult.Done;
    }

    /** Ends the address space, which nothing runs in, and gives all frames back. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        attached.clear();
        space.close();
        tree.discard();
        own.forEach(frames::give);
        frames.give(root);
    }
}
