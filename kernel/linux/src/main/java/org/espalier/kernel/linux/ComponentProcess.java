package org.espalier.kernel.linux;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.kernel.hw.Carrier;
import org.espalier.kernel.hw.Carrier.CarriedDomain;
import org.espalier.kernel.spi.RunningKernel.Activity;
import org.jspecify.annotations.Nullable;

/**
 * The process of one component, from its start in a sandbox until nothing is left of it. Ends with its domain, and its domain is stopped
 * when it ends. Thread-safe.
 */
final class ComponentProcess implements Carrier.Program {
    /** How long a process whose channel is closed may take to end, before it is ended. */
    private static final long PATIENCE_MILLIS = 500;

    private static final int INITIAL_ENTRYPOINT = 1;

    private static final String OUT_OF_MEMORY =
            "limit: the host ended its process, which took more memory beside its dataspaces than it may";

    private final LinuxCarrier carrier;
    private final LinuxCarrier.Starter starter;
    private final Map<Integer, PacketChannel> entrypoints = new HashMap<>();
    private final Set<PacketChannel> channels = new HashSet<>();
    private final Map<Integer, Servant> servants = new ConcurrentHashMap<>();
    private final CompletableFuture<ConfinedProcess.Ended> end = new CompletableFuture<>();
    private @Nullable CarriedDomain carried;
    private @Nullable ConfinedProcess confined;
    private boolean over;

    ComponentProcess(LinuxCarrier carrier, LinuxCarrier.Starter starter) {
        this.carrier = carrier;
        this.starter = starter;
    }

    @Override
    public void construct(CarriedDomain domain) {
        carried = domain;
        ConfinedProcess process;
        carrier.startBegins();
        try {
            process = switch (starter.start(domain)) {
                case Start.Failed(StartFailure failure) -> throw new Carrier.Fault(failure.toString());
                case Start.Started(ConfinedProcess started) -> started;
            };
            confined = process;
            carrier.watch(this);
        } catch (HostException e) {
            throw new Carrier.Fault("its process cannot be started: " + e.getMessage());
        } finally {
            carrier.startEnds();
        }
        domain.onStop(() -> {
            process.kill();
            carrier.slots().endProcess(this);
        });
        Servant servant = new Servant(this, process.channel().packets());
        servant.serves(INITIAL_ENTRYPOINT);
        domain.kernel().bindInitialEntrypoint(servant);
        servant.serveConstruction();
    }

    /** Waits for the end of the process and cleans up behind it; its domain is stopped by then. */
    void watch() {
        ConfinedProcess process = confined();
        try {
            ConfinedProcess.Ended ended = process.await();
            end.complete(ended);
            domain().stop(process.hasRunOutOfMemory() ? OUT_OF_MEMORY : "its process ended" + described(ended));
        } catch (HostException e) {
            throw new IllegalStateException("A process that this one has started cannot be waited for.", e);
        } finally {
            process.close();
            carrier.slots().ended(this);
            Set<PacketChannel> left;
            synchronized (this) {
                over = true;
                left = Set.copyOf(channels);
                channels.clear();
            }
            left.forEach(PacketChannel::close);
        }
    }

    /** What it takes of the processor. */
    Activity activity() {
        return confined().activity();
    }

    /** Bytes of the host's memory that it has beside its dataspaces, or {@link Activity#UNKNOWN}. */
    long hostBytes() {
        return confined().hostBytes();
    }

    private static String described(ConfinedProcess.Ended ended) {
        return ended.code() < 0
                ? ""
                : ended.code() > ConfinedProcess.Ended.SIGNALS
                        ? " by the signal " + (ended.code() - ConfinedProcess.Ended.SIGNALS)
                        : " with the code " + ended.code();
    }

    private ConfinedProcess confined() {
        ConfinedProcess process = confined;
        if (process == null) {
            throw new IllegalStateException("A process is watched once it was started.");
        }
        return process;
    }

    CarriedDomain domain() {
        CarriedDomain domain = carried;
        if (domain == null) {
            throw new IllegalStateException("A process is asked for its domain once it has one.");
        }
        return domain;
    }

    SlotTable slots() {
        return carrier.slots();
    }

    /** The process of another domain; {@code null} where the domain has none. */
    @Nullable ComponentProcess process(int domain) {
        return carrier.process(domain);
    }

    /** Notes who serves an entrypoint. */
    void served(int entrypoint, Servant servant) {
        servants.put(entrypoint, servant);
    }

    /** Has an entrypoint hear that somebody would like to call it by a slot. */
    void wantSlots(int entrypoint) {
        Servant servant = servants.get(entrypoint);
        if (servant != null) {
            servant.wantSlots();
        }
    }

    ComponentKernel kernel() {
        return domain().kernel();
    }

    /** A new channel for a thread. */
    Channel.ThreadPair threadPair() {
        try {
            return Channel.threadPair();
        } catch (HostException e) {
            throw new Carrier.Fault("the host has no channel for a thread: " + e.getMessage());
        }
    }

    /** Has a channel closed with the process, if nobody does before; {@code entrypoint} is its number, 0 for a thread. */
    void opened(int entrypoint, PacketChannel channel) {
        synchronized (this) {
            if (!over) {
                channels.add(channel);
                if (entrypoint > 0) {
                    entrypoints.put(entrypoint, channel);
                }
                return;
            }
        }
        channel.close();
    }

    synchronized void forget(PacketChannel channel) {
        channels.remove(channel);
    }

    /** Closes the channel of an entrypoint that was destroyed, and with it wakes the component's thread there. */
    void closeEntrypoint(int number) {
        PacketChannel channel;
        carrier.slots().endEntrypoint(this, number);
        Servant servant = servants.remove(number);
        if (servant != null) {
            servant.closeCompanion();
        }
        synchronized (this) {
            channel = entrypoints.remove(number);
            if (channel == null) {
                return;
            }
            channels.remove(channel);
        }
        channel.close();
    }

    /** What a component did that no component does; it is stopped. The result is to be thrown. */
    Carrier.Fault violation(String what) {
        return stopped("it broke the protocol: " + what);
    }

    private Carrier.Fault stopped(String why) {
        domain().stop(why);
        return new Carrier.Fault(why);
    }

    /** Says why the other end of a channel is gone, and stops the component. The result is to be thrown. */
    Carrier.Fault lost() {
        try {
            // Mostly the process ends at this moment, and how it does is what people want to know.
            ConfinedProcess.Ended ended = end.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            return stopped(confined().hasRunOutOfMemory() ? OUT_OF_MEMORY : "its process ended" + described(ended));
        } catch (TimeoutException | ExecutionException e) {
            return violation("it closed a channel");
        } catch (InterruptedException e) {
            // Only the end of the domain interrupts, and then nobody asks any more.
            return new Carrier.Fault("it ended");
        }
    }
}
