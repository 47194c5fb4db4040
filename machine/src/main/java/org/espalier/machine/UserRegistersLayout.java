package org.espalier.machine;

/** {@code struct user_regs_struct} of x86-64 Linux (sys/user.h), as PTRACE_GETREGS gives it; offsets in bytes. */
final class UserRegistersLayout {
    static final int BYTES = 27 * 8;
    static final long ORIGINAL_RAX = 15 * 8;
    static final long CS = 17 * 8;
    static final long SS = 20 * 8;
    static final long DS = 23 * 8;
    static final long ES = 24 * 8;
    static final long FS = 25 * 8;
    static final long GS = 26 * 8;

    /** Linux's selectors for 64-bit code and for data in ring 3. */
    static final long USER_CODE = 0x33;

    static final long USER_DATA = 0x2b;

    private UserRegistersLayout() {}

    static long offset(Register register) {
        return 8L
                * switch (register) {
                    case R15 -> 0;
                    case R14 -> 1;
                    case R13 -> 2;
                    case R12 -> 3;
                    case RBP -> 4;
                    case RBX -> 5;
                    case R11 -> 6;
                    case R10 -> 7;
                    case R9 -> 8;
                    case R8 -> 9;
                    case RAX -> 10;
                    case RCX -> 11;
                    case RDX -> 12;
                    case RSI -> 13;
                    case RDI -> 14;
                    case RIP -> 16;
                    case RFLAGS -> 18;
                    case RSP -> 19;
                    case FS_BASE -> 21;
                    case GS_BASE -> 22;
                };
    }
}
