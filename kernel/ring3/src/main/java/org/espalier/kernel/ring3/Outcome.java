package org.espalier.kernel.ring3;

/** Why a thread of a native component does not run any more. */
public sealed interface Outcome {
    /**
     * It asks its kernel for something, by {@code syscall} with the operation in RAX and what it brings in RDI, RSI, RDX, R10 and R8. It goes
     * on behind that instruction with the answer in RAX.
     */
    record Asked(long operation, long first, long second, long third, long fourth, long fifth) implements Outcome {}

    /** It did what nobody can; {@code what} says so for people. */
    record Faulted(String what) implements Outcome {}

    /** It was ended. */
    record Ended() implements Outcome {}
}
