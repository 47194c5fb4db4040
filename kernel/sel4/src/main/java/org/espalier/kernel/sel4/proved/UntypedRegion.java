package org.espalier.kernel.sel4.proved;

/** Where in untyped memory new objects go. Stateless: what is free of a region is a field of the capability to it. */
public final class UntypedRegion {
    private UntypedRegion() {}

    /**
     * The offset at which {@code count} objects begin that follow one another: the first multiple of their size that is not below
     * what is in use. The first contract says where the objects are, the second that they are refused only when they do not fit.
     *
     * @param regionBytes bytes of the region, 16 to 2^47
     * @param freeOffset bytes in use from the region's start on, at most {@code regionBytes}
     * @param objectBytes bytes of an object, a power of two, 16 to 2^47
     * @param count 1 to 256
     * @return the offset, or -1 when the objects do not fit
     */
    /*@ public normal_behavior
    @ requires 16 <= regionBytes && regionBytes <= 0x800000000000L;
    @ requires 0 <= freeOffset && freeOffset <= regionBytes;
    @ requires 16 <= objectBytes && objectBytes <= 0x800000000000L;
    @ requires 1 <= count && count <= 256;
    @ ensures \result != -1 ==> \result % objectBytes == 0;
    @ ensures \result != -1 ==> freeOffset <= \result && \result < freeOffset + objectBytes;
    @ ensures \result != -1 ==> \result + count * objectBytes <= regionBytes;
    @ assignable \strictly_nothing;
    @ also public normal_behavior
    @ requires 16 <= regionBytes && regionBytes <= 0x800000000000L;
    @ requires 0 <= freeOffset && freeOffset <= regionBytes;
    @ requires 16 <= objectBytes && objectBytes <= 0x800000000000L;
    @ requires 1 <= count && count <= 256;
    @ ensures \result == ((freeOffset + objectBytes - 1) / objectBytes * objectBytes + count * objectBytes <= regionBytes
    @     ? (freeOffset + objectBytes - 1) / objectBytes * objectBytes : -1);
    @ assignable \strictly_nothing;
    @*/
    public static long start(long regionBytes, long freeOffset, long objectBytes, long count) {
        long start = firstMultiple(freeOffset, objectBytes);
        return start + total(count, objectBytes) <= regionBytes ? start : -1;
    }

    /*@ private normal_behavior
    @ requires 0 <= freeOffset && freeOffset <= 0x800000000000L;
    @ requires 16 <= objectBytes && objectBytes <= 0x800000000000L;
    @ ensures \result % objectBytes == 0;
    @ ensures freeOffset <= \result && \result < freeOffset + objectBytes;
    @ ensures \result == (freeOffset + objectBytes - 1) / objectBytes * objectBytes;
    @ assignable \strictly_nothing;
    @*/
    private static long firstMultiple(long freeOffset, long objectBytes) {
        return (freeOffset + objectBytes - 1) / objectBytes * objectBytes;
    }

    /*@ private normal_behavior
    @ requires 16 <= objectBytes && objectBytes <= 0x800000000000L;
    @ requires 1 <= count && count <= 256;
    @ ensures \result == count * objectBytes && 16 <= \result && \result <= 0x80000000000000L;
    @ assignable \strictly_nothing;
    @*/
    private static long total(long count, long objectBytes) {
        return count * objectBytes;
    }
}
