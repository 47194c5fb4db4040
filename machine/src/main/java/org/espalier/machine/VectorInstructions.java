package org.espalier.machine;

/**
 * Tells instructions that use x87, MMX, SSE, AVX or state beyond them, and so raise #NM where a kernel has taken that from a program
 * (CR0.TS; Intel SDM vol. 3, 2.5 and vol. 2, appendix A: opcode maps for 64-bit code). Pure function of an instruction's first bytes.
 */
final class VectorInstructions {
    /** The longest instruction there is. */
    static final int MOST_BYTES = 15;

    private static final int TWO_BYTES = 0x0f;
    private static final int VEX_3 = 0xc4;
    private static final int VEX_2 = 0xc5;
    private static final int EVEX = 0x62;
    private static final int WAIT = 0x9b;

    private VectorInstructions() {}

    /** Whether the instruction in the first {@code length} bytes of {@code code} is such a one; false for what is cut off. */
    static boolean isFirst(byte[] code, int length) {
        int at = 0;
        boolean operandSize = false;
        while (at < length && isPrefix(code[at] & 0xff)) {
            operandSize |= code[at] == 0x66;
            at++;
        }
        if (at < length && (code[at] & 0xf0) == 0x40) {
            at++;
        }
        int opcode = byteAt(code, at, length);
        if (opcode >= 0xd8 && opcode <= 0xdf) {
            return true;
        }
        return switch (opcode) {
            case WAIT, EVEX, VEX_2 -> true;
            case VEX_3 -> isVectorVex(byteAt(code, at + 1, length) & 0x1f, byteAt(code, at + 3, length));
            case TWO_BYTES -> isVectorTwoBytes(code, at + 1, length, operandSize);
            default -> false;
        };
    }

    private static boolean isPrefix(int code) {
        return switch (code) {
            case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3 -> true;
            default -> false;
        };
    }

    /** All of VEX but bit manipulation in general registers. */
    private static boolean isVectorVex(int map, int opcode) {
        return switch (map) {
            case 2 -> opcode < 0xe0 || opcode == 0xf0 || opcode == 0xf1 || opcode == 0xf4;
            case 3 -> opcode != 0xf0;
            default -> true;
        };
    }

    private static boolean isVectorTwoBytes(byte[] code, int at, int length, boolean operandSize) {
        int opcode = byteAt(code, at, length);
        int next = byteAt(code, at + 1, length);
        return switch (opcode) {
            case 0x38 -> next >= 0 && next < 0xf0 && (next < 0x80 || next > 0x82);
            case 0x3a -> next >= 0 && next != 0xf0;
            case 0xae -> next >= 0 && isMemory(next) && isStateTransfer(next >> 3 & 7, operandSize);
            case 0xc7 -> next >= 0 && isMemory(next) && (next >> 3 & 7) >= 3 && (next >> 3 & 7) <= 5;
            case 0x0e, 0x0f, 0xc2, 0xc4, 0xc5, 0xc6 -> true;
            default ->
                (opcode >= 0x10 && opcode <= 0x17)
                        || (opcode >= 0x28 && opcode <= 0x2f)
                        || (opcode >= 0x50 && opcode <= 0x7f)
                        || (opcode >= 0xd0 && opcode < 0xff);
        };
    }

    private static boolean isMemory(int modRm) {
        return modRm >> 6 != 3;
    }

    /** FXSAVE to XSAVEOPT, and not the flushes of cache lines among them. */
    private static boolean isStateTransfer(int extension, boolean operandSize) {
        return extension <= 5 || (extension == 6 && !operandSize);
    }

    private static int byteAt(byte[] code, int at, int length) {
        return at < length ? code[at] & 0xff : -1;
    }
}
