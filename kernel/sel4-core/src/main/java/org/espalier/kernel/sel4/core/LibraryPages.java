package org.espalier.kernel.sel4.core;

import java.util.ArrayList;
import java.util.List;
import org.espalier.kernel.hw.Fabric.Exhausted;
import org.espalier.kernel.ring3.LibraryImage;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.kernel.sel4.core.CoreObjects.Made;
import org.espalier.machine.ElfImage;
import org.espalier.machine.Frame;
import org.espalier.machine.Rights;

/**
 * The library image of native components: frames of core's, which nobody writes, and which all components have in their address spaces. It
 * is entered in place of the component, with the address of the component's entry on top of the stack.
 */
final class LibraryPages {
    private final Sel4Fabric fabric;
    private final ElfImage image;
    private final List<Page> pages = new ArrayList<>();

    /**
     * A page of it.
     *
     * @param rights of which it has no right to write
     */
    record Page(long address, Made frame, Rights rights) {}

    /**
     * Those of an image.
     *
     * @throws IllegalArgumentException if the file, which is the kernel's own, is no image
     */
    LibraryPages(Sel4Fabric fabric, byte[] file) throws Exhausted {
        this.fabric = fabric;
        this.image = LibraryImage.read(file);
        synchronized (fabric.root()) {
            for (ElfImage.Segment segment : image.segments()) {
                if (segment.rights().write()) {
                    throw new IllegalArgumentException("The library image has variables, which it is to have none of.");
                }
                for (long page = segment.firstPage(); page < segment.endPage(); page += Frame.BYTES) {
                    Made frame = fabric.objects().make(ObjectType.PAGE, 0);
                    pages.add(new Page(page, frame, segment.rights()));
                    image.copyPage(segment, page, fabric.memory().view(new Frame(frame.address())));
                }
            }
        }
    }

    long entry() {
        return image.entry();
    }

    List<Page> pages() {
        return pages;
    }

    /** Gives all frames back; no component is left. Within the root task's monitor. */
    void discard() {
        pages.forEach(page -> fabric.objects().end(page.frame()));
        pages.clear();
    }
}
