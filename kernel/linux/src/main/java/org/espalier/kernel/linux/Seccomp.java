package org.espalier.kernel.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A seccomp program: which system calls a process may make, with which arguments; whoever makes another one dies with {@code SIGSYS}.
 * So do calls of other machines than x86-64, the 32-bit entries and x32 included, which number their calls differently.
 *
 * <p>Rules are tried in order, the first that matches allows. Arguments are compared in all of their 64 bits. What pointers lead to
 * cannot be seen by such a program, and no rule is about it.
 *
 * <p>Immutable. Source: seccomp(2), and {@code struct seccomp_data} of the host's interface.
 */
final class Seccomp {
    /** Instructions that the host accepts in one program. */
    static final int MOST_INSTRUCTIONS = 4096;

    static final int INSTRUCTION_BYTES = 8;
    static final int ALLOW = 0x7fff0000;
    static final int KILL_PROCESS = 0x80000000;

    /** With an error number in its low half. */
    static final int REFUSE = 0x00050000;

    static final int X86_64 = 0xc000003e;
    static final int X32_BIT = 0x40000000;

    // Offsets in what the program sees of a call.
    static final int NUMBER = 0;
    static final int MACHINE = 4;
    static final int ARGUMENTS = 16;

    // The instructions used: load a word of the call, and with a constant, compare and jump, return.
    static final int LOAD = 0x20;
    static final int AND = 0x54;
    static final int JUMP_EQUAL = 0x15;
    static final int JUMP_AT_LEAST = 0x35;
    static final int RETURN = 0x06;

    private final byte[] bytes;

    private Seccomp(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The program as the host reads it: {@code struct sock_filter}, one after the other. */
    byte[] bytes() {
        return bytes.clone();
    }

    static Builder builder() {
        return new Builder();
    }

    /**
     * What one argument has to be: the bits of {@code mask} in it are {@code value}.
     *
     * @param index 0 to 5
     */
    record Argument(int index, long mask, long value) {
        Argument {
            if (index < 0 || index > 5) {
                throw new IllegalArgumentException("A system call has arguments 0 to 5, and no " + index + ".");
            }
            if ((value & ~mask) != 0) {
                throw new IllegalArgumentException("A value with bits outside of its mask never matches: " + value);
            }
        }

        /** Exactly this. */
        static Argument is(int index, long value) {
            return new Argument(index, -1, value);
        }

        /** None of these bits. */
        static Argument without(int index, long bits) {
            return new Argument(index, bits, 0);
        }
    }

    /** Collects rules. Used by one thread. */
    static final class Builder {
        private final List<long[]> code = new ArrayList<>();

        private Builder() {
            emit(LOAD, MACHINE);
            emit(JUMP_EQUAL, 1, 0, X86_64);
            emit(RETURN, KILL_PROCESS);
            emit(LOAD, NUMBER);
            emit(JUMP_AT_LEAST, 0, 1, X32_BIT);
            emit(RETURN, KILL_PROCESS);
        }

        /** Allows a call if all of these hold of its arguments. */
        Builder allow(SystemCall call, Argument... arguments) {
            return allow(call.number, arguments);
        }

        Builder allow(int number, Argument... arguments) {
            // A rule's comparisons all lead to its end when they fail, where the next one begins.
            int end = 3;
            for (Argument argument : arguments) {
                end += half(argument.mask) + half(argument.mask >>> Integer.SIZE);
            }
            int begin = code.size();
            emit(LOAD, NUMBER);
            emit(JUMP_EQUAL, 0, end - 2, number);
            for (Argument argument : arguments) {
                int at = ARGUMENTS + argument.index * Long.BYTES;
                compare(at, argument.mask, argument.value, begin + end);
                compare(
                        at + Integer.BYTES,
                        argument.mask >>> Integer.SIZE,
                        argument.value >>> Integer.SIZE,
                        begin + end);
            }
            emit(RETURN, ALLOW);
            return this;
        }

        private static int half(long mask) {
            return (int) mask == 0 ? 0 : (int) mask == -1 ? 2 : 3;
        }

        private void compare(int at, long mask, long value, int end) {
            if ((int) mask == 0) {
                return;
            }
            emit(LOAD, at);
            if ((int) mask != -1) {
                emit(AND, (int) mask);
            }
            emit(JUMP_EQUAL, 0, end - code.size() - 1, (int) value);
        }

        private void emit(int operation, int constant) {
            emit(operation, 0, 0, constant);
        }

        private void emit(int operation, int whenTrue, int whenFalse, int constant) {
            if (whenTrue > 255 || whenFalse > 255) {
                throw new IllegalArgumentException("A rule is too long for the jumps of a seccomp program.");
            }
            code.add(new long[] {operation, whenTrue, whenFalse, constant});
        }

        /** Answers a call with an error, as a host does that does not have it. */
        Builder refuse(SystemCall call, int error) {
            emit(LOAD, NUMBER);
            emit(JUMP_EQUAL, 0, 1, call.number);
            emit(RETURN, REFUSE | error);
            return this;
        }

        /** The program, which kills whoever no rule allows. */
        Seccomp otherwiseKill() {
            return otherwise(KILL_PROCESS);
        }

        /** The program, which answers every call with an error that no rule allows. */
        Seccomp otherwiseRefuse(int error) {
            return otherwise(REFUSE | error);
        }

        private Seccomp otherwise(int action) {
            emit(RETURN, action);
            if (code.size() > MOST_INSTRUCTIONS) {
                throw new IllegalArgumentException("A seccomp program has " + code.size()
                        + " instructions, and the host takes " + MOST_INSTRUCTIONS + ".");
            }
            ByteBuffer buffer =
                    ByteBuffer.allocate(code.size() * INSTRUCTION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (long[] one : code) {
                buffer.putShort((short) one[0])
                        .put((byte) one[1])
                        .put((byte) one[2])
                        .putInt((int) one[3]);
            }
            return new Seccomp(buffer.array());
        }
    }
}
