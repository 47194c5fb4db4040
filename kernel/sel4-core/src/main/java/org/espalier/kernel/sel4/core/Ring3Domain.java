package org.espalier.kernel.sel4.core;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.espalier.kernel.hw.Carrier;
import org.espalier.kernel.hw.Carrier.CarriedDomain;
import org.espalier.kernel.hw.NativeHost;
import org.espalier.kernel.hw.NativeServant;
import org.espalier.kernel.ring3.ComponentFile;
import org.espalier.kernel.ring3.ComponentLayout;
import org.espalier.kernel.sel4.HostedMachine;
import org.jspecify.annotations.Nullable;

/**
 * What a domain has in ring 3: an address space and threads. All of it are objects that the domain pays for and that end with its space.
 * Thread-safe.
 */
final class Ring3Domain implements NativeHost {
    private final Sel4Fabric fabric;
    private final CarriedDomain domain;
    private final Sel4Space space;
    private final Purse purse;
    private final Ring3Memory memory;

    /** All threads; guarded by itself. */
    private final List<Ring3Seat> seats = new ArrayList<>();

    /** Nanoseconds that threads have run which are not among them any more. */
    private long spentBefore;

    private Ring3Domain(Sel4Fabric fabric, CarriedDomain domain, Sel4Space space, Purse purse, Ring3Memory memory) {
        this.fabric = fabric;
        this.domain = domain;
        this.space = space;
        this.purse = purse;
        this.memory = memory;
    }

    /**
     * Builds a component in its domain, and runs it as that until it has constructed itself.
     *
     * @throws Carrier.Fault if the domain cannot pay for it, of which nothing stays charged then
     */
    static void construct(
            Sel4Fabric fabric, CarriedDomain domain, Sel4Space space, ComponentFile file, LibraryPages library) {
        Purse purse = new Purse(domain, space);
        Ring3Memory memory;
        try (HostedMachine.Pause _ = fabric.machine().pause()) {
            memory = Ring3Memory.build(
                    fabric, purse, file.image(), library, file.image().entry());
        }
        if (memory == null) {
            throw poor();
        }
        Ring3Domain built = new Ring3Domain(fabric, domain, space, purse, memory);
        Ring3Seat initial = built.seat(library.entry(), ComponentLayout.STACK_END - 2L * Long.BYTES, 0);
        if (initial == null) {
            memory.close();
            throw poor();
        }
        domain.meter(built::spent);
        NativeServant servant = new NativeServant(built, initial);
        domain.kernel().bindInitialEntrypoint(servant);
        servant.construct();
    }

    private static Carrier.Fault poor() {
        return new Carrier.Fault("its RAM quota does not pay for its program, a stack and page tables");
    }

    @Override
    public CarriedDomain domain() {
        return domain;
    }

    Sel4Fabric fabric() {
        return fabric;
    }

    Sel4Space space() {
        return space;
    }

    Purse purse() {
        return purse;
    }

    // ---- threads

    private @Nullable Ring3Seat seat(long entry, long stack, long argument) {
        Ring3Seat made = Ring3Seat.make(this, memory.top(), entry, stack, argument);
        if (made != null) {
            synchronized (seats) {
                seats.add(made);
            }
        }
        return made;
    }

    @Override
    public Making thread(long entry, long argument, long stackEnd) {
        Ring3Seat made = seat(entry, stackEnd - Long.BYTES, argument);
        return made == null ? Ring3Seat.refused(space.isClosed()) : new Making.Made(made);
    }

    /** A thread is about to end. */
    void forget(Ring3Seat seat) {
        synchronized (seats) {
            if (seats.remove(seat)) {
                spentBefore += seat.spent();
            }
        }
    }

    private long spent() {
        synchronized (seats) {
            return spentBefore + seats.stream().mapToLong(Ring3Seat::spent).sum();
        }
    }

    // ---- memory

    @Override
    public boolean copyIn(long address, byte[] target, int index, int length) {
        return memory.copyIn(address, target, index, length);
    }

    @Override
    public boolean copyOut(long address, byte[] source, int index, int length) {
        return memory.copyOut(address, source, index, length);
    }

    @Override
    public Attaching attach(Carrier.Memory dataspace, long offset, long bytes, boolean writable, int region) {
        // All memory of this kernel is of frames.
        return memory.attach((FrameMemory) dataspace, offset, bytes, writable, region);
    }

    @Override
    public OptionalInt detach(long start) {
        return memory.detach(start);
    }

    /** Has a page mapped that a thread has faulted at, if it is attached. */
    Ring3Memory.Filling resolve(long address, boolean writes, Ring3Seat seat) {
        return memory.resolve(address, writes, new Ring3Memory.Access(seat, seat.registers()));
    }
}
