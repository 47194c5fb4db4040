package org.espalier.kernel.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.espalier.kernel.spi.RunningKernel.Activity;
import org.jspecify.annotations.Nullable;

/**
 * A process in a sandbox, known by a descriptor of it and not by its number, which the host gives away again. Owned by whoever started
 * it: {@link #close} ends it. Thread-safe.
 *
 * <p>What is known here is the sandbox's monitor, a process of bubblewrap outside of it; it lives as long as the component does, and the
 * host kills the component when the monitor dies.
 */
final class ConfinedProcess implements AutoCloseable {
    private static final int SIGKILL = 9;
    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final int SIGNAL_INFO_BYTES = 128;
    private static final int CODE = 8;
    private static final int STATUS = 24;
    private static final int CLD_EXITED = 1;
    private static final int SIGNAL = 0;
    private static final int WNOHANG = 1;
    private static final int WNOWAIT = 0x1000000;
    private static final Duration LONGEST_END = Duration.ofSeconds(1);

    private final Descriptor process;
    private final Channel channel;
    private final Optional<ControlGroup> group;
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Ended ended;

    /** What the group is held to; {@link Confinement.Budget#NONE} also before it was looked at. */
    private Confinement.Budget held = Confinement.Budget.NONE;

    private boolean isKnownInGroup;

    /** Takes over all three; the process has just begun. */
    ConfinedProcess(Descriptor process, Channel channel, Optional<ControlGroup> group) {
        this.process = process;
        this.channel = channel;
        this.group = group;
        group.ifPresent(this::enter);
    }

    /** Mostly before there is anything but the monitor, so that all of the sandbox is counted. */
    private void enter(ControlGroup group) {
        try {
            long monitor = numberOf(process);
            group.take(monitor);
            // What it starts from here on is in the group by itself.
            for (long child : ProcessClock.childrenOf(monitor)) {
                group.take(child);
            }
        } catch (IOException e) {
            // It has ended. If there was another reason, the limits are not set either, and no component begins.
            return;
        }
    }

    /**
     * Holds what runs in the sandbox to a budget, and asks the host only for what differs from the one before. For one that is set up, in which
     * no component has begun; called by one thread at a time.
     *
     * @param budget limits whatever the one before has limited
     * @throws IOException if the host does not limit what it has said that it limits, or the process has ended
     */
    void limit(Confinement.Budget budget) throws IOException {
        if (budget.urgency().isLoweredBy(Urgency.Means.NICE)) {
            Niceness.lower(confined(), budget.urgency().niceness());
        }
        if (group.isEmpty()) {
            return;
        }
        ControlGroup own = group.get();
        if (!isKnownInGroup) {
            requireInGroup(own);
        }
        if (budget.memory() != held.memory()) {
            own.limitMemory(budget.memory());
        }
        if (budget.processes() != held.processes()) {
            // Its monitor is one of them.
            own.limitProcesses(budget.processes() + 1);
        }
        if (budget.cpuPercent() != held.cpuPercent()) {
            own.limitCpu(budget.cpuPercent(), confined());
        }
        if (budget.urgency().isLoweredBy(Urgency.Means.GROUP)) {
            own.weigh(budget.urgency(), confined());
        }
        held = budget;
    }

    /** Once is enough: nothing that is in a group can leave it. */
    private void requireInGroup(ControlGroup own) throws IOException {
        long confined = confined();
        if (!own.has(confined)) {
            throw new IOException("process " + confined + " is not in its control group");
        }
        isKnownInGroup = true;
    }

    /** Whether all that is in the sandbox can be ended at any moment, and not only when it is set up. */
    boolean isGrouped() {
        return group.isPresent();
    }

    /** Whether the host has ended it for the memory that it took. */
    boolean hasRunOutOfMemory() {
        return group.map(ControlGroup::hasRunOut).orElse(false);
    }

    /**
     * The number of the process that is in the sandbox.
     *
     * @throws IOException if it has ended, or is not there yet
     */
    long confined() throws IOException {
        return ProcessClock.childOf(numberOf(process));
    }

    /** The number of a process that a descriptor stands for, which is its own as long as nobody has waited for it. */
    static long numberOf(Descriptor process) throws IOException {
        int number;
        try {
            number = process.hold();
        } catch (IllegalStateException e) {
            throw new IOException("the process has ended", e);
        }
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/fdinfo/" + number))) {
            return lines.filter(line -> line.startsWith("Pid:"))
                    .map(line -> Long.parseLong(line.substring("Pid:".length()).strip()))
                    .filter(found -> found > 0)
                    .findFirst()
                    .orElseThrow(() -> new IOException("the process has ended"));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            process.release();
        }
    }

    /** The kernel's end of the component's channel. What it says is what the component has sent, its end included: see {@link #await}. */
    Channel channel() {
        return channel;
    }

    /**
     * How it ended, as its monitor tells: the component's exit code, or 128 and the number of the signal that ended it. A component can
     * choose to exit with any code, so this is for messages, not for decisions.
     *
     * @param code 0 to 255, or -1 where the host has not kept it
     */
    record Ended(int code) {
        static final Ended UNKNOWN = new Ended(-1);

        static final int SIGNALS = 128;

        /** The code of a process that was ended by {@code signal}. */
        static Ended by(int signal) {
            return new Ended(SIGNALS + signal);
        }
    }

    /** What the component takes of the processor. */
    Activity activity() {
        try {
            return ProcessClock.ofChildOf(numberOf(process));
        } catch (IOException e) {
            // It has ended, and nobody counts any more.
            return Activity.NONE;
        }
    }

    /** Bytes of the host's memory that the sandbox has, dataspaces not included; {@link Activity#UNKNOWN} when it has ended. */
    long hostBytes() {
        try {
            OptionalLong counted = group.isPresent() ? group.get().memory() : OptionalLong.empty();
            return counted.isPresent() ? counted.getAsLong() : ProcessMemory.of(confined());
        } catch (IOException e) {
            // It has ended, and nobody counts any more.
            return Activity.UNKNOWN;
        }
    }

    /** Waits until something comes on the channel, or it has ended; whether something has come. */
    boolean speaks(Duration atMost) throws HostException {
        return channel.arrives(atMost, process);
    }

    /** Ends it at once, if it has not ended. Does not wait. */
    void kill() {
        // Refused only for a process that has ended, or was waited for, which is what is wanted.
        long _ = process.call(SystemCall.PIDFD_SEND_SIGNAL, SIGKILL, 0);
    }

    /** Whether its monitor has not ended yet; leaves it to be waited for. */
    boolean runs() throws HostException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment information = arena.allocate(SIGNAL_INFO_BYTES, Long.BYTES);
            return state(information, WEXITED | WNOHANG | WNOWAIT)
                    && information.get(ValueLayout.JAVA_INT, SIGNAL) == 0;
        }
    }

    /**
     * Waits until its monitor has ended. Whoever decides that it is to end says so by {@link #kill} before: that the channel is closed
     * can be the doing of a component that goes on.
     */
    synchronized Ended await() throws HostException {
        if (ended == null) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment information = arena.allocate(SIGNAL_INFO_BYTES, Long.BYTES);
                ended = state(information, WEXITED) ? ended(information) : Ended.UNKNOWN;
            }
        }
        return ended;
    }

    private static Ended ended(MemorySegment information) {
        int status = information.get(ValueLayout.JAVA_INT, STATUS);
        return information.get(ValueLayout.JAVA_INT, CODE) == CLD_EXITED ? new Ended(status) : Ended.by(status);
    }

    /** Asks the host for its state; false where the host keeps none, as it does if this process has said that it cares for none. */
    private boolean state(MemorySegment information, long options) throws HostException {
        int number = process.hold();
        try {
            Host.demand(SystemCall.WAITID, P_PIDFD, number, information.address(), options, 0, 0);
            return true;
        } catch (HostException e) {
            if (e.error == Host.ECHILD) {
                return false;
            }
            throw e;
        } finally {
            process.release();
        }
    }

    /** Ends it, waits for that, and closes the channel. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            kill();
            await();
            group.ifPresent(ControlGroup::end);
            awaitEndOfChannel();
        } catch (HostException e) {
            throw new IllegalStateException("A process that this one has started cannot be waited for.", e);
        } finally {
            process.close();
            channel.close();
            group.ifPresent(ControlGroup::close);
        }
    }

    /**
     * The host ends the component when its monitor is gone, a moment later; it closes the component's descriptors after it has taken
     * its memory back. Not waited for longer than that takes: a component can have sent its end of the channel to somebody.
     */
    private void awaitEndOfChannel() throws HostException {
        long end = System.nanoTime() + LONGEST_END.toNanos();
        while (System.nanoTime() < end && channel.arrives(LONGEST_END)) {
            switch (channel.receive()) {
                case Channel.Received.Closed _ -> {
                    return;
                }
                case Channel.Received.Message message -> message.descriptors().forEach(Descriptor::close);
                case Channel.Received.TooLarge _ -> {}
            }
        }
    }
}
