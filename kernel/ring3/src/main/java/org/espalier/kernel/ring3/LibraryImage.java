package org.espalier.kernel.ring3;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.machine.ElfImage;
import org.espalier.machine.Frame;
import org.espalier.machine.PhysicalMemory;

/**
 * The library image that a kernel brings for native components: an ELF file for fixed addresses, whose pages that nobody writes are
 * the same frames in all components, paid by the kernel. It is entered in place of the component, with the address of the component's entry
 * on top of the stack: it puts its table into RDI and returns there.
 *
 * <p>Belongs to the kernel that made it, and is used by the thread of the engine.
 */
public final class LibraryImage {
    private final ElfImage image;
    private final PhysicalMemory memory;
    private final FrameSource kernel;
    private final Map<Long, Frame> shared = new HashMap<>();

    /**
     * The image in {@code file}.
     *
     * @param kernel who pays for what is shared
     * @throws IllegalArgumentException if the file, which is the kernel's own, is no image
     */
    public LibraryImage(byte[] file, PhysicalMemory memory, FrameSource kernel) {
        this.memory = memory;
        this.kernel = kernel;
        this.image = read(file);
    }

    /**
     * What is in the file of a library image.
     *
     * @throws IllegalArgumentException if the file, which is the kernel's own, is no image
     */
    public static ElfImage read(byte[] file) {
        if (!(ElfImage.read(file) instanceof ElfImage.Verdict.Good(ElfImage good))
                || good.segments().getFirst().address() < ComponentLayout.FILE_END
                || good.segments().getLast().endPage() > ComponentLayout.IMAGE_END) {
            throw new IllegalArgumentException("A library image is a static ELF file for addresses from 0x"
                    + Long.toHexString(ComponentLayout.FILE_END) + " to 0x"
                    + Long.toHexString(ComponentLayout.IMAGE_END) + ".");
        }
        return good;
    }

    ElfImage image() {
        return image;
    }

    /** The frame with the page at {@code address} of {@code segment}, which nobody writes; empty if the kernel has none for it. */
    Optional<Frame> shared(ElfImage.Segment segment, long address) {
        Frame known = shared.get(address);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Frame> frame = kernel.take();
        frame.ifPresent(fresh -> {
            image.copyPage(segment, address, memory.view(fresh));
            shared.put(address, fresh);
        });
        return frame;
    }

    /** Gives all frames back; no component is left. */
    public void discard() {
        shared.values().forEach(kernel::give);
        shared.clear();
    }
}
