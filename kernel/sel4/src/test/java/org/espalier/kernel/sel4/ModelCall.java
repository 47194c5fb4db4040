package org.espalier.kernel.sel4;

import java.util.List;

/**
 * A system call as a thread makes it.
 *
 * @param number one of {@link SyscallNumber}
 * @param address of the capability
 * @param info description of the message
 * @param words of the message, those behind its end as well
 * @param caps addresses of the capabilities that the message brings
 */
record ModelCall(int number, long address, long info, List<Long> words, List<Long> caps) {
    boolean isCall() {
        return number == SyscallNumber.CALL;
    }

    boolean blocks() {
        return number != SyscallNumber.NB_SEND && number != SyscallNumber.NB_RECV;
    }
}
