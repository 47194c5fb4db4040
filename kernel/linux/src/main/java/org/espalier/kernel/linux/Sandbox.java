package org.espalier.kernel.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.espalier.kernel.linux.StartFailure.Step;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox in which no component runs yet: its starter waits, or is about to. It is used for one program, or closed. Owned by whoever
 * had it prepared; used by one thread at a time.
 */
final class Sandbox implements AutoCloseable {
    private static final int VERSION = 1;
    private static final int BEGIN_BYTES = 24;

    /** No step takes so long, however busy the host is; who is stopped by somebody does. */
    private static final Duration LONGEST_STEP = Duration.ofSeconds(30);

    private static final String ENDED = "who set it up has ended";

    private final ConfinedProcess process;
    private final Spawner spawner;
    private final MemoryFile diagnostics;

    /** What the starter has said first; {@code null} before that was heard. */
    private @Nullable StartFailure first;

    Sandbox(ConfinedProcess process, Spawner spawner, MemoryFile diagnostics) {
        this.process = process;
        this.spawner = spawner;
        this.diagnostics = diagnostics;
    }

    /** Ends it at once, however far it is. */
    void kill() {
        process.kill();
    }

    /** Whether it has not been ended. */
    boolean runs() throws HostException {
        return process.runs();
    }

    /**
     * Does beforehand what a start with this budget would do, if the starter waits already; does not wait for it. What goes wrong is found by the
     * start.
     *
     * @return whether there is nothing left to do beforehand
     */
    synchronized boolean settle(Confinement.Budget budget) throws HostException {
        if (first != null) {
            return true;
        }
        if (!process.speaks(Duration.ZERO)) {
            return false;
        }
        first = answer();
        if (first.step() == Step.READY && process.runs()) {
            try {
                process.limit(budget);
            } catch (IOException e) {
                // The start tries again, and tells why if that fails.
                return true;
            }
        }
        return true;
    }

    /**
     * Starts a program and waits until it has begun, never for the program itself. The sandbox has no other use afterwards; it is the
     * program's, or gone.
     *
     * @param program a static ELF program for x86-64 that nobody can write any more; stays the caller's
     * @throws HostException if the host refuses what a message is made of
     */
    Start begin(MemoryFile program, Confinement.Limits limits) throws HostException {
        return begin(program, limits, Confinement.Budget.NONE);
    }

    /** The same, within a budget of control groups. */
    synchronized Start begin(MemoryFile program, Confinement.Limits limits, Confinement.Budget budget)
            throws HostException {
        if (!program.isSealedAgainstWriting()) {
            throw new IllegalArgumentException(
                    "A program that can still be written would run what nobody has looked at.");
        }
        @Nullable StartFailure failure = null;
        try {
            failure = start(program, limits, budget);
            return failure.step() == Step.STARTED ? new Start.Started(process) : new Start.Failed(failure);
        } finally {
            diagnostics.close();
            if (failure == null || failure.step() != Step.STARTED) {
                process.close();
            }
        }
    }

    private StartFailure start(MemoryFile program, Confinement.Limits limits, Confinement.Budget budget)
            throws HostException {
        if (first == null) {
            first = answer();
        }
        if (first.step() != Step.READY) {
            return first;
        }
        // Asked after the starter has spoken, which it does when the host has been told to end it with its parent. A
        // word
        // sent before could be found by a starter whose parents are gone, and which nothing would ever end.
        if (!process.runs() || !spawner.isOpen()) {
            return new StartFailure(Step.SANDBOX, ENDED);
        }
        try {
            process.limit(budget);
        } catch (IOException e) {
            return new StartFailure(Step.LIMIT, String.valueOf(e.getMessage()));
        }
        ByteBuffer word = ByteBuffer.allocate(BEGIN_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        word.putInt(VERSION)
                .putInt(limits.descriptors())
                .putLong(limits.addressSpace())
                .putLong(program.bytes());
        // That nobody is there any more is found when the answer is to be received.
        Channel.Sent _ = process.channel().send(word.array(), program.descriptor());
        return answer();
    }

    private StartFailure answer() throws HostException {
        if (!process.speaks(LONGEST_STEP)) {
            return new StartFailure(
                    Step.SANDBOX,
                    process.runs() ? "it did not answer within " + LONGEST_STEP.toSeconds() + " s" : ENDED);
        }
        return switch (process.channel().receive()) {
            case Channel.Received.Message(ByteBuffer answer, List<Descriptor> descriptors)
            when answer.remaining() == 2 * Integer.BYTES && descriptors.isEmpty() -> failure(answer);
            case Channel.Received.Message _, Channel.Received.TooLarge _ ->
                throw new IllegalStateException("The starter has one kind of answer.");
            case Channel.Received.Closed _ -> new StartFailure(Step.SANDBOX, said());
        };
    }

    private static StartFailure failure(ByteBuffer words) {
        Step step = Step.numbered(words.getInt());
        int error = words.getInt();
        return new StartFailure(step, error == 0 ? "it is not as it has to be" : Host.describe(error));
    }

    /** What bubblewrap has said; it writes at the start of the memory, and zeroes follow. */
    private String said() throws HostException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] all = diagnostics.map(arena).toArray(ValueLayout.JAVA_BYTE);
            int end = 0;
            while (end < all.length && all[end] != 0) {
                end++;
            }
            String text = new String(Arrays.copyOf(all, end), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "nothing was said" : text;
        }
    }

    /**
     * Gives the sandbox up without a program. Where it has no control group this waits until it is complete: bubblewrap's second process is ended
     * with the first only from some moment of the set-up on, and before that would stay for ever.
     */
    @Override
    public void close() {
        try {
            synchronized (this) {
                if (first == null) {
                    first = process.isGrouped() ? new StartFailure(Step.SANDBOX, ENDED) : answer();
                }
            }
        } catch (HostException e) {
            throw new IllegalStateException("A channel that this process has made cannot be received from.", e);
        } finally {
            diagnostics.close();
            process.close();
        }
    }
}
