package org.espalier.kernel.hw;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.espalier.kernel.ring3.ComponentFile;
import org.espalier.kernel.ring3.LibraryImage;
import org.espalier.kernel.ring3.Ring3;
import org.espalier.machine.Engines;
import org.espalier.machine.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The carrier of kernel hw by itself: JARs are left to this JVM, and native components run in ring 3 of the machine. The memory of both is
 * the machine's where the host has one, and off the heap elsewhere. The engine is opened for the first native component, and a system
 * without one never has it.
 *
 * <p>Thread-safe. Owned by the kernel that it carries, which closes it when all domains have ended and all memory is freed.
 */
final class HwCarrier implements Carrier, AutoCloseable {
    /** The resource that holds the library image. */
    private static final String IMAGE = "image.elf";

    private final String engineName;
    private final @Nullable MachineMemory memory;

    /** Held while the engine is opened; guards what is opened. */
    private final Object opening = new Object();

    private @Nullable Native carriesNative;
    private int building;
    private boolean closed;

    private HwCarrier(String engineName, @Nullable MachineMemory memory) {
        this.engineName = engineName;
        this.memory = memory;
    }

    /** What native components run on. */
    record Native(Ring3 ring3, LibraryImage image, MachineMemory memory) {}

    /** For a system with a RAM quota of so many bytes, whose native components an engine of that name runs. */
    static HwCarrier forQuota(long bytes, String engineName) {
        return new HwCarrier(
                engineName,
                Engines.obstacle().isPresent()
                        ? null
                        : MachineMemory.forQuota(bytes).orElse(null));
    }

    /** Why this host, or this build, carries no native components, in a full sentence; tries an engine out, which takes milliseconds. */
    static Optional<String> obstacle() {
        Optional<String> host = Engines.obstacle();
        if (host.isPresent()) {
            return host;
        }
        if (HwCarrier.class.getResource(IMAGE) == null) {
            return Optional.of(
                    "This build has no library image for native components, as it was made without a compiler for C: install gcc and"
                            + " build again.");
        }
        // The reason of the engine that needs the least of a host is the one to tell.
        return Engines.probePtrace() instanceof Engines.Probe.Missing(String name, String reason)
                        && !(Engines.probeKvm() instanceof Engines.Probe.Works)
                ? Optional.of("Engine " + name + " cannot be had here: " + reason)
                : Optional.empty();
    }

    @Override
    public Memory allocate(long bytes) {
        if (memory == null) {
            return new ArenaMemory(bytes);
        }
        long frames = bytes / Frame.BYTES;
        return memory.take(frames)
                .map(first -> new MachineDataspace(memory, first, frames))
                .orElseThrow(() ->
                        new OutOfMemoryError("No " + bytes + " bytes in a row are left of the machine's memory."));
    }

    @Override
    public boolean holdsUpAtHoles() {
        return true;
    }

    @Override
    public Admission admit(byte[] binary) {
        if (!ComponentFile.isElf(binary)) {
            return new Admission.Left();
        }
        if (memory == null) {
            return new Admission.Refused(noMemory());
        }
        return switch (ComponentFile.read(binary)) {
            case ComponentFile.Verdict.Refused(String reason) -> new Admission.Refused(reason);
            case ComponentFile.Verdict.Good(ComponentFile file) ->
                new Admission.Admitted(domain -> build(file, domain).construct());
        };
    }

    /** Builds what runs in a domain; the end of all waits for that, so that nothing is built behind its back. */
    private NativeDomain build(ComponentFile file, CarriedDomain domain) {
        synchronized (this) {
            if (closed) {
                throw new Fault("the system is closed");
            }
            building++;
        }
        try {
            return NativeDomain.build(forNative(), file, domain);
        } finally {
            synchronized (this) {
                building--;
                notifyAll();
            }
        }
    }

    /** What native components run on, opened for the first of them: on a thread of that, for it takes some milliseconds. */
    private Native forNative() {
        synchronized (opening) {
            if (carriesNative == null) {
                carriesNative = open();
            }
            return carriesNative;
        }
    }

    private Native open() {
        if (memory == null) {
            throw new Fault(noMemory());
        }
        byte[] image = image();
        return switch (Ring3.open(memory.physical(), engineName)) {
            case Ring3.Opening.Missing(String reason) ->
                throw new Fault("Native components cannot be run here. " + reason);
            case Ring3.Opening.Opened(Ring3 ring3) ->
                new Native(ring3, new LibraryImage(image, memory.physical(), memory), memory);
        };
    }

    private static String noMemory() {
        return "Native components cannot be run here. "
                + Engines.obstacle().orElse("The host gives no addresses for a machine's memory.");
    }

    private static byte[] image() {
        try (InputStream resource = HwCarrier.class.getResourceAsStream(IMAGE)) {
            if (resource == null) {
                throw new Fault(
                        "Native components cannot be run here. " + obstacle().orElse(""));
            }
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the memory of all dataspaces is; {@code null} where that is off the heap. */
    @Nullable MachineMemory memory() {
        return memory;
    }

    @Override
    public void close() {
        awaitBuilding();
        synchronized (opening) {
            Native opened = carriesNative;
            if (opened != null) {
                opened.ring3().later(engine -> opened.image().discard());
                opened.ring3().close();
                carriesNative = null;
            }
        }
        if (memory != null) {
            memory.close();
        }
    }

    private synchronized void awaitBuilding() {
        closed = true;
        boolean interrupted = false;
        while (building > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
