package org.espalier.kernel.hw;

import java.util.OptionalInt;
import org.espalier.base.Failure;
import org.espalier.kernel.ring3.Outcome;

/**
 * What a native component is in ring 3, as its {@link NativeServant}s see it: memory, threads, and what is attached. A kernel that runs native
 * components brings one for each. Ends with the component's domain. Thread-safe.
 */
public interface NativeHost {
    /** The domain that the component is. */
    Carrier.CarriedDomain domain();

    /** Copies from where the component itself could read; false if it could not, or is gone. */
    boolean copyIn(long address, byte[] target, int index, int length);

    /** Copies to where the component itself could write; false if it could not, or is gone. */
    boolean copyOut(long address, byte[] source, int index, int length);

    /** A further thread, which begins at {@code entry} with {@code argument}, on a stack as after a call. */
    Making thread(long entry, long argument, long stackEnd);

    /** Shows a part of a dataspace, of whole pages, which the kernel's tables know as {@code region}. */
    Attaching attach(Carrier.Memory memory, long offset, long bytes, boolean writable, int region);

    /** Ends what is attached at {@code start}; the region that it is to the kernel's tables, if it is there. */
    OptionalInt detach(long start);

    /** A thread in ring 3. Run by one thread of the kernel at a time, which waits for what it asks. */
    interface Ring3Thread {
        /** Lets it run for the first time, until it needs its kernel. */
        Outcome begin();

        /** Has it go on with the answer to what it asked last, until it needs its kernel again. */
        Outcome resume(long answer);

        /** Ends it, and gives back what it takes. */
        void end();
    }

    /** What came of making a thread. */
    sealed interface Making {
        /** It is the caller's, who runs and ends it. */
        record Made(Ring3Thread thread) implements Making {}

        /** There is none, and nothing was charged. */
        record Refused(Failure failure) implements Making {}
    }

    /** What came of an attachment in ring 3. */
    sealed interface Attaching {
        /** It is there, from {@code start} on. */
        record Done(long start) implements Attaching {}

        /** It is not, and nothing was charged. */
        record Refused(Failure failure) implements Attaching {}
    }
}
