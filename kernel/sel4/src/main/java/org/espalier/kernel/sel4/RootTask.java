package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.List;
import org.espalier.kernel.sel4.BootMemory.Untyped;
import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.ElfImage;
import org.espalier.machine.Frame;
import org.espalier.machine.MemoryView;
import org.espalier.machine.Register;
import org.espalier.machine.UserHalf;

/**
 * Makes the first thread, with capabilities to everything that there is (seL4 manual, chapter 9): its image in frames of its own, a
 * CNode, page tables, the boot information, and all memory that is left as untyped memory. What it is made of is taken from the
 * start of RAM and is never given back, as in seL4.
 *
 * <p>Virtual memory: the image where it wants to be, then a page for the IPC buffer, one for the boot information, and one for
 * what is extra. As in seL4, all pages of the image can be written and executed.
 */
final class RootTask {
    /** What a PC has for graphics memory and firmware below the first MiB. */
    private static final long LEGACY_DEVICES = 0xa_0000;

    private static final int PAGE = Frame.BYTES;
    private static final int ASID = 1;
    private static final int PRIORITY = Scheduler.PRIORITIES - 1;

    private final Kernel kernel;
    private final ObjectMemory memory;
    private final MemoryView bytes;
    private final ElfImage image;
    private final byte[] file;
    private final long ramBytes;
    private final long deviceEnd;

    private final BootMemory ram;
    private int firstSlot;
    private int slot;
    private long root;

    /** The image was read from {@code file}; devices are from the end of RAM up to {@code deviceEnd}. */
    RootTask(Kernel kernel, MemoryView bytes, ElfImage image, byte[] file, long ramBytes, long deviceEnd) {
        this.kernel = kernel;
        this.memory = kernel.memory();
        this.bytes = bytes;
        this.image = image;
        this.file = file;
        this.ramBytes = ramBytes;
        this.ram = new BootMemory(ramBytes);
        this.deviceEnd = deviceEnd;
    }

    /** Makes it, ready to run. */
    void create() throws BootFailure {
        long imageStart = image.segments().getFirst().address() & -PAGE;
        ElfImage.Segment lastSegment = image.segments().getLast();
        long imageEnd = lastSegment.address() + lastSegment.memorySize() + PAGE - 1 & -PAGE;
        if (imageEnd - imageStart > ramBytes / 2) {
            throw new BootFailure("The image takes " + ((imageEnd - imageStart) >>> 10)
                    + " KiB of addresses, and RAM is only " + (ramBytes >>> 10) + " KiB.");
        }
        long ipcBuffer = imageEnd;
        long bootInfo = imageEnd + PAGE;
        long extra = bootInfo + PAGE;
        if (!UserHalf.contains(imageStart, extra + PAGE - imageStart)) {
            throw new BootFailure("The image ends at 0x" + Long.toHexString(imageEnd)
                    + ", and there is no room for its IPC buffer and boot information up to the end of a program's addresses, 0x"
                    + Long.toHexString(UserHalf.END) + ".");
        }

        long cnode = allocate(RootCaps.CNODE_BITS + ObjectType.SLOT_BITS);
        firstSlot = (int) (cnode >>> ObjectType.SLOT_BITS);
        slot = firstSlot + RootCaps.FIRST_FREE;
        long cnodeCap = Caps.word(CapType.CNODE, RootCaps.CNODE_BITS, Long.SIZE - RootCaps.CNODE_BITS, 0, cnode);
        put(RootCaps.CNODE, cnodeCap, 0);
        put(RootCaps.DOMAIN, Caps.word(CapType.DOMAIN, 0, 0, 0, 0), 0);
        put(RootCaps.IRQ_CONTROL, Caps.word(CapType.IRQ_CONTROL, 0, 0, 0, 0), 0);
        put(RootCaps.IO_PORT_CONTROL, Caps.word(CapType.IO_PORT_CONTROL, 0, 0, 0, 0), 0);
        put(RootCaps.ASID_CONTROL, Caps.word(CapType.ASID_CONTROL, 0, 0, 0, 0), 0);
        long pool = allocate(ObjectType.PAGE_BITS);
        kernel.vspaces().pool(0, pool);
        put(RootCaps.ASID_POOL, Caps.word(CapType.ASID_POOL, 0, 0, 0, pool), 0);

        root = allocate(ObjectType.PAGE_BITS);
        kernel.vspaces().assign(pool, ASID, root);
        long rootCap = Caps.word(CapType.PML4, 0, 0, Caps.MAPPED, root);
        put(RootCaps.VSPACE, rootCap, Caps.mapping(ASID, 0));

        int pagingStart = slot;
        mapTables(imageStart, extra + PAGE, VSpaces.PML4_SHIFT, CapType.PDPT);
        mapTables(imageStart, extra + PAGE, VSpaces.PDPT_SHIFT, CapType.PAGE_DIRECTORY);
        mapTables(imageStart, extra + PAGE, VSpaces.DIRECTORY_SHIFT, CapType.PAGE_TABLE);
        int pagingEnd = slot;

        long info = mapFrame(RootCaps.BOOT_INFO, bootInfo);
        mapFrame(RootCaps.IPC_BUFFER, ipcBuffer);
        int extraStart = slot;
        long extraFrame = mapNext(extra);
        int extraEnd = slot;
        int imageFrames = slot;
        for (long page = imageStart; page < imageEnd; page += PAGE) {
            fill(page, mapNext(page));
        }
        int imageFramesEnd = slot;
        writeExtra(extraFrame);
        createThread(cnodeCap, rootCap, ipcBuffer, bootInfo);

        int untypedStart = slot;
        List<Untyped> untyped = provideUntyped();
        writeInfo(info, ipcBuffer, untyped);
        region(info, BootInfoLayout.IMAGE_PAGING, pagingStart, pagingEnd);
        region(info, BootInfoLayout.IMAGE_FRAMES, imageFrames, imageFramesEnd);
        region(info, BootInfoLayout.EXTRA_PAGES, extraStart, extraEnd);
        region(info, BootInfoLayout.UNTYPED, untypedStart, slot);
        region(info, BootInfoLayout.EMPTY, slot, firstSlot + (1 << RootCaps.CNODE_BITS));
    }

    /** What checks a kernel whose first thread this has just made. */
    Invariants invariants() {
        int tcb = Caps.tcb(memory.w0(firstSlot + RootCaps.THREAD));
        int[] node = {firstSlot, 1 << RootCaps.CNODE_BITS};
        int[] thread = {TcbLayout.slot(tcb, 0), TcbLayout.SLOTS};
        return new Invariants(kernel, bytes.size(), ramBytes, node, thread);
    }

    private void createThread(long cnodeCap, long rootCap, long ipcBuffer, long bootInfo) throws BootFailure {
        Threads threads = kernel.threads();
        SlotTable slots = kernel.slots();
        long address = allocate(TcbLayout.BITS);
        int tcb = (int) (address >>> TcbLayout.BITS);
        threads.create(tcb, kernel.scheduler().domains().current());
        put(RootCaps.THREAD, Caps.word(CapType.THREAD, 0, 0, 0, address), 0);
        slots.insert(cnodeCap, 0, firstSlot + RootCaps.CNODE, TcbLayout.slot(tcb, TcbLayout.CSPACE));
        slots.insert(
                rootCap, Caps.mapping(ASID, 0), firstSlot + RootCaps.VSPACE, TcbLayout.slot(tcb, TcbLayout.VSPACE));
        int bufferSlot = firstSlot + RootCaps.IPC_BUFFER;
        long bufferCap = memory.w0(bufferSlot);
        slots.insert(
                Caps.withC(bufferCap, Caps.c(bufferCap) & ~Caps.MAPPED),
                0,
                bufferSlot,
                TcbLayout.slot(tcb, TcbLayout.BUFFER));
        threads.set(tcb, TcbLayout.BUFFER_ADDRESS, ipcBuffer);
        threads.set(tcb, TcbLayout.PRIORITY, PRIORITY);
        threads.set(tcb, TcbLayout.MCP, PRIORITY);
        threads.set(tcb, TcbLayout.RESTART_IP, image.entry());
        threads.register(tcb, Register.RDI, bootInfo);
        threads.name(tcb, "rootserver");
        kernel.ipc().resume(tcb);
    }

    // ---- memory

    private long allocate(int bits) throws BootFailure {
        return ram.allocate(bits);
    }

    private void put(int number, long w0, long w1) {
        kernel.slots().putRoot(firstSlot + number, w0, w1);
    }

    private void putNext(long w0, long w1) throws BootFailure {
        if (slot == firstSlot + (1 << RootCaps.CNODE_BITS)) {
            throw new BootFailure("The root task has more than " + (1 << RootCaps.CNODE_BITS)
                    + " capabilities: its image has too many pages for the root CNode.");
        }
        kernel.slots().putRoot(slot, w0, w1);
        slot++;
    }

    /** Puts in all tables of a level for a range of addresses. */
    private void mapTables(long start, long end, int shift, int type) throws BootFailure {
        long span = 1L << shift;
        for (long at = start & -span; at < end; at += span) {
            long table = allocate(ObjectType.PAGE_BITS);
            kernel.vspaces().putTable(root, kernel.vspaces().entry(root, at, shift), table, at, shift);
            putNext(Caps.word(type, 0, 0, Caps.MAPPED, table), Caps.mapping(ASID, at));
        }
    }

    private long mapFrame(int number, long address) throws BootFailure {
        long frame = frame(address);
        put(number, frameCap(frame), Caps.mapping(ASID, address));
        return frame;
    }

    private long mapNext(long address) throws BootFailure {
        long frame = frame(address);
        putNext(frameCap(frame), Caps.mapping(ASID, address));
        return frame;
    }

    private long frame(long address) throws BootFailure {
        long frame = allocate(ObjectType.PAGE_BITS);
        long entry = kernel.vspaces().entry(root, address, VSpaces.PAGE_SHIFT);
        kernel.vspaces().putPage(root, entry, frame, VmRights.READ_WRITE, false, address, VSpaces.PAGE_SHIFT);
        return frame;
    }

    private static long frameCap(long frame) {
        return Caps.word(CapType.FRAME, 0, VmRights.READ_WRITE, Caps.MAPPED, frame);
    }

    /** Copies what the file has for the page at {@code page}. */
    private void fill(long page, long frame) {
        for (ElfImage.Segment segment : image.segments()) {
            long from = Math.max(page, segment.address());
            long to = Math.min(page + PAGE, segment.address() + segment.fileSize());
            if (from < to) {
                int offset = segment.offset() + (int) (from - segment.address());
                bytes.copyFrom(frame + (from - page), file, offset, (int) (to - from));
            }
        }
    }

    // ---- untyped memory

    private List<Untyped> provideUntyped() throws BootFailure {
        List<Untyped> all = new ArrayList<>();
        BootMemory.split(all, LEGACY_DEVICES, BootMemory.FIRST_OBJECT, true);
        BootMemory.split(all, ramBytes, deviceEnd, true);
        all.addAll(ram.rest());
        if (all.size() > BootInfoLayout.MOST_UNTYPED) {
            throw new IllegalStateException("Memory is in " + all.size() + " pieces.");
        }
        for (Untyped untyped : all) {
            putNext(untyped.cap(), 0);
        }
        return all;
    }

    // ---- boot information

    private void writeInfo(long info, long ipcBuffer, List<Untyped> untyped) {
        memory.setWord(info + BootInfoLayout.EXTRA_LENGTH, BootInfoLayout.HEADER_BYTES + Integer.BYTES);
        memory.setWord(info + BootInfoLayout.NODES, 1);
        memory.setWord(info + BootInfoLayout.IO_PAGE_TABLE_LEVELS, -1);
        memory.setWord(info + BootInfoLayout.IPC_BUFFER, ipcBuffer);
        memory.setWord(info + BootInfoLayout.CNODE_BITS, RootCaps.CNODE_BITS);
        for (int i = 0; i < untyped.size(); i++) {
            long at = info + BootInfoLayout.UNTYPED_LIST + (long) i * BootInfoLayout.ENTRY_BYTES;
            memory.setWord(at, untyped.get(i).address());
            memory.setWord(
                    at + Long.BYTES, untyped.get(i).bits() | (untyped.get(i).device() ? 1 << Byte.SIZE : 0));
        }
    }

    private void region(long info, int offset, int start, int end) {
        memory.setWord(info + offset, start - firstSlot);
        memory.setWord(info + offset + Long.BYTES, end - firstSlot);
    }

    private void writeExtra(long frame) {
        memory.setWord(frame, BootInfoLayout.TSC_FREQUENCY);
        memory.setWord(frame + Long.BYTES, BootInfoLayout.HEADER_BYTES + Integer.BYTES);
        memory.setWord(frame + BootInfoLayout.HEADER_BYTES, TscFrequency.megahertz());
    }
}
