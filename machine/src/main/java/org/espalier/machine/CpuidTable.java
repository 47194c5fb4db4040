package org.espalier.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What a virtual processor says of itself: all that the host can give to one (CPUID; Intel SDM vol. 2, table 3-8). */
final class CpuidTable {
    /** Of XCR0: x87, SSE, AVX and AVX-512. Others, protection keys among them, are not enabled. */
    private static final long VECTOR_COMPONENTS = 0xe7;

    private static final int FEATURES = 1;
    private static final int FEATURES_XSAVE = 1 << 26;
    private static final int MORE_FEATURES = 7;
    private static final int FEATURES_FS_GS_BASE = 1;
    private static final int VECTOR_STATE = 0xd;
    private static final int EXTENDED_FEATURES = 0x8000_0001;
    private static final int FEATURES_HUGE_PAGES = 1 << 26;
    private static final int ADDRESS_WIDTHS = 0x8000_0008;

    /** Legacy area and header of XSAVE's format. */
    private static final int SMALLEST_VECTOR_BYTES = 576;

    private static final int ABSENT = -1;
    private static final int LEAST_PHYSICAL_BITS = 36;

    private final MemorySegment table;

    CpuidTable(Kvm kvm, Arena arena) {
        table = arena.allocate(KvmLayout.CPUID_HEADER + KvmLayout.CPUID_ENTRIES * KvmLayout.CPUID_ENTRY, Long.BYTES);
        kvm.supportedCpuid(table);
        long extended = entry(EXTENDED_FEATURES, 0);
        if (extended != ABSENT) {
            // Tables may have pages of 1 GiB on every engine; the host breaks them up where the processor has none.
            long edx = extended + KvmLayout.CPUID_EDX;
            table.set(JAVA_INT, edx, table.get(JAVA_INT, edx) | FEATURES_HUGE_PAGES);
        }
    }

    /** As {@code struct kvm_cpuid2}. */
    MemorySegment table() {
        return table;
    }

    private long entry(int function, int index) {
        int count = table.get(JAVA_INT, 0);
        for (int i = 0; i < count; i++) {
            long entry = KvmLayout.CPUID_HEADER + i * KvmLayout.CPUID_ENTRY;
            if (table.get(JAVA_INT, entry + KvmLayout.CPUID_FUNCTION) == function
                    && table.get(JAVA_INT, entry + KvmLayout.CPUID_INDEX) == index) {
                return entry;
            }
        }
        return ABSENT;
    }

    private int value(int function, int index, long register) {
        long entry = entry(function, index);
        return entry == ABSENT ? 0 : table.get(JAVA_INT, entry + register);
    }

    /** Whether programs may set their bases of FS and GS themselves. */
    boolean hasFsGsBase() {
        return (value(MORE_FEATURES, 0, KvmLayout.CPUID_EBX) & FEATURES_FS_GS_BASE) != 0;
    }

    /** Bits of XCR0 that are set; none if the processor has no XSAVE. */
    long vectorComponents() {
        boolean has = (value(FEATURES, 0, KvmLayout.CPUID_ECX) & FEATURES_XSAVE) != 0;
        return has ? value(VECTOR_STATE, 0, KvmLayout.CPUID_EAX) & VECTOR_COMPONENTS : 0;
    }

    /** Bytes of the vector state, in the standard format of XSAVE. */
    int vectorBytes() {
        int bytes = SMALLEST_VECTOR_BYTES;
        for (int component = 2; component < Long.SIZE; component++) {
            if ((vectorComponents() >>> component & 1) != 0) {
                int end = value(VECTOR_STATE, component, KvmLayout.CPUID_EBX)
                        + value(VECTOR_STATE, component, KvmLayout.CPUID_EAX);
                bytes = Math.max(bytes, end);
            }
        }
        return bytes;
    }

    /** The first physical address that the processor cannot have. */
    long physicalEnd() {
        int bits = value(ADDRESS_WIDTHS, 0, KvmLayout.CPUID_EAX) & 0xff;
        return 1L << (bits == 0 ? LEAST_PHYSICAL_BITS : bits);
    }
}
