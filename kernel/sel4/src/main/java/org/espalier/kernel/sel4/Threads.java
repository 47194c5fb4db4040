package org.espalier.kernel.sel4;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.Register;

/** Reads and writes TCBs by their numbers; {@link TcbLayout} says what is where. Registers go by {@link Contexts}. */
final class Threads {
    /** No thread: nothing runs, and the processor waits. */
    static final int NONE = 0;

    /** Ticks that a thread runs before others of its priority do. */
    static final int TIME_SLICE_TICKS = 5;

    private final ObjectMemory memory;
    private final Contexts contexts;

    Threads(ObjectMemory memory, Contexts contexts) {
        this.memory = memory;
        this.contexts = contexts;
    }

    /** Makes zeroed memory a TCB of {@code domain}. */
    void create(int tcb, int domain) {
        set(tcb, TcbLayout.DOMAIN, domain);
        set(tcb, TcbLayout.TIME_SLICE, TIME_SLICE_TICKS);
        set(tcb, TcbLayout.registerOffset(Register.RFLAGS), Contexts.INITIAL_FLAGS);
    }

    long get(int tcb, int offset) {
        return memory.word(TcbLayout.address(tcb) + offset);
    }

    void set(int tcb, int offset, long value) {
        memory.setWord(TcbLayout.address(tcb) + offset, value);
    }

    long register(int tcb, Register register) {
        return contexts.get(tcb, register);
    }

    void register(int tcb, Register register, long value) {
        contexts.set(tcb, register, value);
    }

    int state(int tcb) {
        return (int) get(tcb, TcbLayout.STATE);
    }

    boolean isRunnable(int tcb) {
        return ThreadState.isRunnable(state(tcb));
    }

    int priority(int tcb) {
        return (int) get(tcb, TcbLayout.PRIORITY);
    }

    int domain(int tcb) {
        return (int) get(tcb, TcbLayout.DOMAIN);
    }

    long restartIp(int tcb) {
        return get(tcb, TcbLayout.RESTART_IP);
    }

    /** What {@code DebugNameThread} called it; empty at first. */
    String name(int tcb) {
        byte[] bytes = new byte[TcbLayout.NAME_BYTES];
        int length = 0;
        for (int word = 0; word < TcbLayout.NAME_BYTES; word += Long.BYTES) {
            long value = get(tcb, TcbLayout.NAME + word);
            for (int i = 0; i < Long.BYTES; i++, value >>>= 8) {
                if ((value & 0xff) == 0) {
                    return new String(bytes, 0, length, StandardCharsets.UTF_8);
                }
                bytes[length++] = (byte) value;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Gives it a name, of which at most 127 bytes are kept. */
    void name(int tcb, String name) {
        byte[] bytes = Arrays.copyOf(
                Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), TcbLayout.NAME_BYTES - 1), TcbLayout.NAME_BYTES);
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int word = 0; word < TcbLayout.NAME_BYTES; word += Long.BYTES) {
            set(tcb, TcbLayout.NAME + word, words.getLong());
        }
    }

    /** How messages name it: by its name, or its address if it has none. */
    String describe(int tcb) {
        String name = name(tcb);
        return name.isEmpty() ? "0x" + Long.toHexString(TcbLayout.address(tcb)) : '"' + name + '"';
    }
}
