package org.espalier.machine;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/** Machine code for test programs, instruction by instruction: Intel SDM vol. 2. Jumps go back to labels that were set before. */
final class Assembler {
    private final long origin;
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    private final Map<String, Integer> labels = new HashMap<>();

    /** Code that begins at address {@code origin}. */
    Assembler(long origin) {
        this.origin = origin;
    }

    Assembler bytes(int... values) {
        for (int value : values) {
            code.write(value);
        }
        return this;
    }

    Assembler label(String name) {
        labels.put(name, code.size());
        return this;
    }

    /** The address of the next instruction. */
    long here() {
        return origin + code.size();
    }

    Assembler systemCall() {
        return bytes(0x0f, 0x05);
    }

    /** {@code mov r64, imm64}. */
    Assembler move(Register to, long value) {
        int number = number(to);
        bytes(0x48 | (number >> 3), 0xb8 | (number & 7));
        return word(value, 8);
    }

    /** {@code mov r64, [r64]}. */
    Assembler load(Register to, Register address) {
        return bytes(wide(to, address), 0x8b, modRm(to, address));
    }

    /** {@code mov [r64], r64}. */
    Assembler store(Register address, Register from) {
        return bytes(wide(from, address), 0x89, modRm(from, address));
    }

    /** {@code jmp r64}. */
    Assembler jump(Register to) {
        int number = number(to);
        return bytes(0x40 | (number >> 3), 0xff, 0xe0 | (number & 7));
    }

    /** {@code jmp label}. */
    Assembler jump(String label) {
        bytes(0xe9);
        return distance(label);
    }

    /** {@code dec r64; jnz label}. */
    Assembler loop(Register counter, String label) {
        bytes(0x48 | (number(counter) >> 3), 0xff, 0xc8 | (number(counter) & 7));
        bytes(0x0f, 0x85);
        return distance(label);
    }

    /** {@code inc r64}. */
    Assembler increment(Register register) {
        return bytes(0x48 | (number(register) >> 3), 0xff, 0xc0 | (number(register) & 7));
    }

    /** Sets bits of the flags register: {@code pushfq; or qword [rsp], imm32; popfq}. */
    Assembler orFlags(int bits) {
        bytes(0x9c, 0x48, 0x81, 0x0c, 0x24);
        word(bits, 4);
        return bytes(0x9d);
    }

    private Assembler distance(String label) {
        Integer target = labels.get(label);
        if (target == null) {
            throw new IllegalStateException("There is no label " + label + ".");
        }
        return word((long) target - (code.size() + 4), 4);
    }

    Assembler word(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            code.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    byte[] code() {
        return code.toByteArray();
    }

    /** REX.W with the upper bits of a register and of a base. */
    private static int wide(Register register, Register address) {
        return 0x48 | ((number(register) >> 3) << 2) | (number(address) >> 3);
    }

    /** ModRM for a register and memory at a register that needs neither SIB nor displacement. */
    private static int modRm(Register register, Register address) {
        int base = number(address) & 7;
        if (base == 4 || base == 5) {
            throw new IllegalArgumentException(address + " needs a displacement.");
        }
        return ((number(register) & 7) << 3) | base;
    }

    /** The register's number in instructions. */
    private static int number(Register register) {
        return switch (register) {
            case RAX -> 0;
            case RCX -> 1;
            case RDX -> 2;
            case RBX -> 3;
            case RSP -> 4;
            case RBP -> 5;
            case RSI -> 6;
            case RDI -> 7;
            case R8 -> 8;
            case R9 -> 9;
            case R10 -> 10;
            case R11 -> 11;
            case R12 -> 12;
            case R13 -> 13;
            case R14 -> 14;
            case R15 -> 15;
            case RIP, RFLAGS, FS_BASE, GS_BASE -> throw new IllegalArgumentException(register + " is not general.");
        };
    }
}
