package org.espalier.kernel.sel4.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.espalier.kernel.hw.Carrier;
import org.espalier.kernel.hw.Carrier.Admission;
import org.espalier.kernel.hw.Fabric.Exhausted;
import org.espalier.kernel.ring3.ComponentFile;
import org.espalier.machine.Engines;
import org.jspecify.annotations.Nullable;

/**
 * Native components of a machine: which files can be run, and what they run on. The engine is opened for the first of them, and a system without
 * one never has it. Thread-safe.
 */
final class Ring3Programs {
    /** The resource that holds the library image. */
    private static final String IMAGE = "image.elf";

    private final Sel4Fabric fabric;
    private final String engineName;
    private @Nullable LibraryPages library;
    private boolean hasEngine;
    private boolean closed;

    /** For a machine whose engine is to be one of that name. */
    Ring3Programs(Sel4Fabric fabric, String engineName) {
        this.fabric = fabric;
        this.engineName = engineName;
    }

    /** Why this host, or this build, runs no native components, in a full sentence; tries an engine out, which takes milliseconds. */
    static Optional<String> obstacle() {
        Optional<String> host = Engines.obstacle();
        if (host.isPresent()) {
            return host;
        }
        if (Ring3Programs.class.getResource(IMAGE) == null) {
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

    Admission admit(byte[] binary) {
        if (!ComponentFile.isElf(binary)) {
            return new Admission.Left();
        }
        return switch (ComponentFile.read(binary)) {
            case ComponentFile.Verdict.Refused(String reason) -> new Admission.Refused(reason);
            case ComponentFile.Verdict.Good(ComponentFile file) -> new Admission.Admitted(domain -> run(file, domain));
        };
    }

    private void run(ComponentFile file, Carrier.CarriedDomain domain) {
        LibraryPages pages = open();
        Ring3Domain.construct(fabric, domain, fabric.space(domain.number()), file, pages);
    }

    /** The engine, and the library image, which are there from the first component on. */
    private synchronized LibraryPages open() {
        if (closed) {
            throw new Carrier.Fault("the system is closed");
        }
        if (library == null) {
            byte[] image = image();
            Optional<String> obstacle =
                    hasEngine ? Optional.empty() : fabric.machine().open(engineName);
            hasEngine = obstacle.isEmpty();
            if (obstacle.isPresent()) {
                throw new Carrier.Fault("Native components cannot be run here. " + obstacle.get());
            }
            try {
                library = new LibraryPages(fabric, image);
            } catch (Exhausted e) {
                throw new Carrier.Fault("Core has no memory for the library image of native components.");
            }
        }
        return library;
    }

    private static byte[] image() {
        try (InputStream resource = Ring3Programs.class.getResourceAsStream(IMAGE)) {
            if (resource == null) {
                throw new Carrier.Fault(
                        "Native components cannot be run here. " + obstacle().orElse(""));
            }
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the engine; all domains have ended. */
    synchronized void close() {
        closed = true;
        fabric.machine().close();
        if (library != null) {
            synchronized (fabric.root()) {
                library.discard();
            }
            library = null;
        }
    }
}
