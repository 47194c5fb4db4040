package org.espalier.machine;

/** Structures of the host's interface to virtual machines on x86-64 (linux/kvm.h, asm/kvm.h); offsets and sizes in bytes. */
final class KvmLayout {
    /** Of {@code struct kvm_run}, which the host shares with whoever runs a virtual processor. */
    static final long IMMEDIATE_EXIT = 1;

    static final long EXIT_REASON = 8;

    /** The cause of an internal error of the host. */
    static final long EXIT_SUBERROR = 32;

    /** Of an access to physical memory that there is none of. */
    static final long MEMORY_ADDRESS = 32;

    static final long MEMORY_IS_WRITE = 52;

    static final long VALID_REGISTERS = 288;
    static final long DIRTY_REGISTERS = 296;

    /** {@code struct kvm_regs} within {@code struct kvm_run}. */
    static final long GENERAL = 304;

    static final long RIP = GENERAL + 16 * 8;
    static final long RFLAGS = GENERAL + 17 * 8;

    /** {@code struct kvm_sregs} within {@code struct kvm_run}, and what is in it. */
    static final long SYSTEM = GENERAL + 18 * 8;

    static final long CS = SYSTEM;
    static final long DS = SYSTEM + 24;
    static final long ES = SYSTEM + 2 * 24;
    static final long FS = SYSTEM + 3 * 24;
    static final long GS = SYSTEM + 4 * 24;
    static final long SS = SYSTEM + 5 * 24;
    static final long TR = SYSTEM + 6 * 24;
    static final long GDT = SYSTEM + 192;
    static final long IDT = SYSTEM + 208;
    static final long TABLE_LIMIT = 8;
    static final long CR0 = SYSTEM + 224;
    static final long CR2 = SYSTEM + 232;
    static final long CR3 = SYSTEM + 240;
    static final long CR4 = SYSTEM + 248;
    static final long EFER = SYSTEM + 264;

    /** What sync_regs can move: {@code kvm_regs} and {@code kvm_sregs}. */
    static final long SYNC_GENERAL = 1;

    static final long SYNC_SYSTEM = 2;

    /** Of {@code struct kvm_segment}; the byte of each attribute follows the selector. */
    static final long SEGMENT_LIMIT = 8;

    static final long SEGMENT_SELECTOR = 12;
    static final long SEGMENT_TYPE = 14;
    static final long SEGMENT_PRESENT = 15;
    static final long SEGMENT_PRIVILEGE = 16;
    static final long SEGMENT_32_BIT = 17;
    static final long SEGMENT_NO_SYSTEM = 18;
    static final long SEGMENT_64_BIT = 19;
    static final long SEGMENT_GRANULARITY = 20;

    /** {@code struct kvm_vcpu_events}: what may be about to be delivered. */
    static final int EVENTS_BYTES = 64;

    static final long EXCEPTION_INJECTED = 0;
    static final long EXCEPTION_PENDING = 3;
    static final long INTERRUPT_INJECTED = 8;

    /** {@code struct kvm_xsave}. */
    static final int VECTOR_BYTES = 4096;

    /** {@code struct kvm_xcrs}: one entry for XCR0. */
    static final int XCRS_BYTES = 392;

    static final long XCRS_VALUE = 16;

    /** {@code struct kvm_userspace_memory_region}. */
    static final int REGION_BYTES = 32;

    static final long REGION_SLOT = 0;
    static final long REGION_GUEST = 8;
    static final long REGION_SIZE = 16;
    static final long REGION_HOST = 24;

    /** {@code struct kvm_cpuid2}: a number of entries, and the entries. */
    static final int CPUID_ENTRIES = 256;

    static final long CPUID_HEADER = 8;
    static final long CPUID_ENTRY = 40;
    static final long CPUID_FUNCTION = 0;
    static final long CPUID_INDEX = 4;
    static final long CPUID_EAX = 12;
    static final long CPUID_EBX = 16;
    static final long CPUID_ECX = 20;
    static final long CPUID_EDX = 24;

    /** {@code struct kvm_msrs}: a number of entries, and the entries: index, four bytes of nothing, value. */
    static final long MSRS_HEADER = 8;

    static final long MSRS_ENTRY = 16;

    /** {@code struct kvm_signal_mask}: its length, and the mask. */
    static final long MASK_HEADER = 4;

    private KvmLayout() {}

    /** Where {@code struct kvm_regs} has a general register. */
    static long offset(Register register) {
        return GENERAL
                + 8L
                        * switch (register) {
                            case RAX -> 0;
                            case RBX -> 1;
                            case RCX -> 2;
                            case RDX -> 3;
                            case RSI -> 4;
                            case RDI -> 5;
                            case RSP -> 6;
                            case RBP -> 7;
                            case R8 -> 8;
                            case R9 -> 9;
                            case R10 -> 10;
                            case R11 -> 11;
                            case R12 -> 12;
                            case R13 -> 13;
                            case R14 -> 14;
                            case R15 -> 15;
                            case RIP -> 16;
                            case RFLAGS -> 17;
                            case FS_BASE, GS_BASE -> throw new IllegalArgumentException(register + " is in a segment.");
                        };
    }
}
