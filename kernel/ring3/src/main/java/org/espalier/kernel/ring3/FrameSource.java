package org.espalier.kernel.ring3;

import java.util.Optional;
import org.espalier.machine.Frame;

/** Where the frames of one owner come from, and who pays them. Used by the thread of the engine. */
public interface FrameSource {
    /** A frame of zeros, paid for; empty if it cannot be paid, or there is none. */
    Optional<Frame> take();

    /** Takes a frame back that nothing maps any more, whatever is in it. */
    void give(Frame frame);
}
