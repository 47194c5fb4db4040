package org.espalier.kernel.sel4.proved;

/** Where in untyped memory new objects go. Stateless: what is free of a region is a field of the capability to it. */
public final class UntypedRegion {
    private UntypedRegion() {}

    /**
     * The offset at which {@code count} objects begin that follow one another: the first multiple of their size that is not below
     * what is in use.
     *
     * @param regionBytes bytes of the region, 16 to 2^47
     * @param freeOffset bytes in use from the region's start on, at most {@code regionBytes}
     * @param objectBytes bytes of an object, a power of two, 16 to 2^47
     * @param count 1 to 256
     * @return the offset, or -1 when the objects do not fit
     */
    public static long start(long regionBytes, long freeOffset, long objectBytes, long count) {
        long over = freeOffset % objectBytes;
        long start = over == 0 ? freeOffset : freeOffset + (objectBytes - over);
        if (start > regionBytes || (regionBytes - start) / objectBytes < count) {
            return -1;
        }
        return start;
    }
}
