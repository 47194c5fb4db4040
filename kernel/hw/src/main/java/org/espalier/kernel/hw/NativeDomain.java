package org.espalier.kernel.hw;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.espalier.base.Failure;
import org.espalier.kernel.hw.Carrier.CarriedDomain;
import org.espalier.kernel.ring3.ComponentFile;
import org.espalier.kernel.ring3.ComponentSpace;
import org.espalier.kernel.ring3.FrameSource;
import org.espalier.kernel.ring3.NativeThread;
import org.espalier.kernel.ring3.Outcome;
import org.espalier.kernel.ring3.Ring3;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Frame;
import org.espalier.machine.HostFailure;

/**
 * What a domain has in ring 3: an address space, threads, and what is attached. It ends when no code of the domain is to run any more, and
 * gives its frames back then; what they were charged is refunded with them, or by the end of the domain. Thread-safe.
 */
final class NativeDomain implements NativeHost {
    private final Ring3 ring3;
    private final CarriedDomain domain;
    private final ComponentSpace space;
    private final Running initial;

    /** All threads, and whether they were ended; guarded by itself. */
    private final Set<NativeThread> threads = new HashSet<>();

    private boolean ended;

    /** Nanoseconds that threads have run which are not among them any more. */
    private long spentBefore;

    /** What is attached, by its address. Confined to the thread of the engine. */
    private final Map<Long, Attached> attached = new HashMap<>();

    private NativeDomain(Ring3 ring3, CarriedDomain domain, ComponentSpace space, CpuContext begin) {
        this.ring3 = ring3;
        this.domain = domain;
        this.space = space;
        NativeThread first = ring3.thread(space, begin);
        this.initial = new Running(first);
        threads.add(first);
    }

    /** Frames that the domain is charged for. */
    private record Paid(CarriedDomain domain, MachineMemory memory) implements FrameSource {
        @Override
        public Optional<Frame> take() {
            if (domain.charge(Frame.BYTES).isPresent()) {
                return Optional.empty();
            }
            Optional<Frame> frame = memory.take();
            if (frame.isEmpty()) {
                domain.refund(Frame.BYTES);
            }
            return frame;
        }

        @Override
        public void give(Frame frame) {
            memory.give(frame);
            domain.refund(Frame.BYTES);
        }
    }

    /** A part of a dataspace in the component's memory. Used by the thread of the engine, but for what its dataspace calls. */
    private final class Attached implements MachineDataspace.Showing {
        final MachineDataspace dataspace;
        final int region;
        long start;

        Attached(MachineDataspace dataspace, int region) {
            this.dataspace = dataspace;
            this.region = region;
        }

        @Override
        public void revoke(List<MachineDataspace.Showing> all) {
            ring3.perform(engine -> {
                for (MachineDataspace.Showing showing : all) {
                    ((Attached) showing).takeAway();
                }
                return all.size();
            });
        }

        private void takeAway() {
            try {
                space.revoke(start);
            } catch (HostFailure e) {
                failed(e);
            }
        }
    }

    /**
     * Builds the address space of a component, which the domain pays.
     *
     * @throws Carrier.Fault if it cannot pay, or the host fails; nothing is left behind
     */
    static NativeDomain build(HwCarrier.Native on, ComponentFile file, CarriedDomain domain) {
        FrameSource paid = new Paid(domain, on.memory());
        ComponentSpace.Building building = on.ring3()
                .perform(engine -> ComponentSpace.build(engine, on.memory().physical(), file, on.image(), paid));
        return switch (building) {
            case ComponentSpace.Building.OutOfFrames _ ->
                throw new Carrier.Fault("its RAM quota does not pay for its program, a stack and page tables");
            case ComponentSpace.Building.Built(ComponentSpace space, CpuContext begin) -> {
                NativeDomain built = new NativeDomain(on.ring3(), domain, space, begin);
                domain.meter(built::spent);
                domain.onStop(built::end);
                yield built;
            }
        };
    }

    /** Runs the component, as its domain, until it has constructed itself. */
    void construct() {
        NativeServant servant = new NativeServant(this, initial);
        domain.kernel().bindInitialEntrypoint(servant);
        servant.construct();
    }

    @Override
    public CarriedDomain domain() {
        return domain;
    }

    @Override
    public boolean copyIn(long address, byte[] target, int index, int length) {
        return space.copyIn(address, target, index, length);
    }

    @Override
    public boolean copyOut(long address, byte[] source, int index, int length) {
        return space.copyOut(address, source, index, length);
    }

    /** A thread of the component, run as a thread of the domain. */
    private final class Running implements Ring3Thread {
        private final NativeThread thread;

        Running(NativeThread thread) {
            this.thread = thread;
        }

        @Override
        public Outcome begin() {
            domain.rest();
            return ring3.begin(thread);
        }

        @Override
        public Outcome resume(long answer) {
            domain.rest();
            return ring3.resume(thread, answer);
        }

        @Override
        public void end() {
            ring3.end(thread);
            synchronized (threads) {
                if (threads.remove(thread)) {
                    spentBefore += ring3.spent(thread);
                }
            }
        }
    }

    @Override
    public Making thread(long entry, long argument, long stackEnd) {
        NativeThread thread = ring3.thread(space, NativeThread.beginning(entry, argument, stackEnd));
        synchronized (threads) {
            if (ended) {
                return new Making.Refused(Failure.GONE);
            }
            threads.add(thread);
            return new Making.Made(new Running(thread));
        }
    }

    private long spent() {
        synchronized (threads) {
            return spentBefore + threads.stream().mapToLong(ring3::spent).sum();
        }
    }

    // ---- attachments

    @Override
    public Attaching attach(Carrier.Memory memory, long offset, long bytes, boolean writable, int region) {
        // Where native components are, all memory is the machine's.
        MachineDataspace dataspace = (MachineDataspace) memory;
        return ring3.perform(engine -> {
            Attached next = new Attached(dataspace, region);
            // First, so that nothing is ever shown that is freed.
            if (!dataspace.show(next)) {
                return new Attaching.Refused(Failure.GONE);
            }
            OptionalLong start = space.attach(dataspace.frame(offset), bytes / Frame.BYTES, writable);
            if (start.isEmpty()) {
                dataspace.forget(next);
                return new Attaching.Refused(Failure.OUT_OF_RAM);
            }
            next.start = start.getAsLong();
            attached.put(next.start, next);
            return new Attaching.Done(next.start);
        });
    }

    @Override
    public OptionalInt detach(long start) {
        return ring3.perform(engine -> {
            Attached last = attached.get(start);
            if (last == null) {
                return OptionalInt.empty();
            }
            // First, so that what is shown is known to its dataspace for as long as it is.
            space.detach(start);
            attached.remove(start);
            last.dataspace.forget(last);
            return OptionalInt.of(last.region);
        });
    }

    // ---- the end

    /**
     * The host has failed the address space, by the end of what it is made of, say. Nobody may rely on what it shows any more, so it ends before
     * anything that was to be taken from it is given to somebody else. For the thread of the engine.
     */
    private void failed(HostFailure failure) {
        try {
            space.close();
        } catch (HostFailure e) {
            failure.addSuppressed(e);
        } finally {
            domain.stop("the host failed its address space: " + failure.getMessage());
        }
    }

    /** Ends all threads, and has the engine's thread clean up; waits for nobody, as whoever ends a domain may hold locks of the kernel. */
    private void end() {
        synchronized (threads) {
            ended = true;
            threads.forEach(ring3::end);
        }
        ring3.later(engine -> {
            attached.values().forEach(each -> each.dataspace.forget(each));
            attached.clear();
            space.close();
        });
    }
}
