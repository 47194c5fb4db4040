package org.espalier.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.RamQuota;
import org.espalier.base.RegionMap;
import org.espalier.base.Result;
import org.espalier.base.Rom;
import org.espalier.base.Root;
import org.espalier.base.SignalContext;
import org.espalier.base.View;
import org.espalier.kernel.spi.RunningKernel;
import org.jspecify.annotations.Nullable;

/**
 * The ROM service: modules from a {@link RomSource}, loaded when first asked for and kept while somebody uses them. Sessions of
 * one module share its memory. A module does not change while a system runs, so its signal is never submitted. Guarded by one
 * lock.
 */
final class RomService implements Root<Rom> {
    private final RunningKernel kernel;
    private final int coreDomain;
    private final RegionMap rm;
    private final RomSource source;
    private final Map<String, Module> modules = new HashMap<>();

    RomService(RunningKernel kernel, int coreDomain, RegionMap rm, RomSource source) {
        this.kernel = kernel;
        this.coreDomain = coreDomain;
        this.rm = rm;
        this.source = source;
    }

    /** One version of a module and how many sessions show it. */
    private static final class Module {
        final int memory;
        final int readOnly;
        int users;

        Module(int memory, int readOnly) {
            this.memory = memory;
            this.readOnly = readOnly;
        }
    }

    private void free(Module module) {
        kernel.destroyMemory(module.readOnly);
        kernel.destroyMemory(module.memory);
    }

    /** The current version of a module, loaded if need be; {@code null} if core has no memory left for it. */
    private @Nullable Module load(String name, byte[] bytes) {
        int memory = kernel.createMemory(coreDomain, Math.max(RamQuota.PAGE, RamQuota.pages(bytes.length)));
        if (memory <= 0) {
            return null;
        }
        int readOnly = kernel.createReadOnly(coreDomain, memory);
        Result<View> view = rm.attach(Capability.at(kernel.core(), memory));
        if (readOnly <= 0 || !(view instanceof Result.Ok<View>(View open))) {
            if (readOnly > 0) {
                kernel.destroyMemory(readOnly);
            }
            kernel.destroyMemory(memory);
            return null;
        }
        open.write(0, bytes);
        rm.detach(open);
        Module module = new Module(memory, readOnly);
        modules.put(name, module);
        return module;
    }

    @Override
    public synchronized Creation<Rom> create(SessionRequest request) {
        String name = request.label().last();
        Module module = modules.get(name);
        if (module == null) {
            Optional<byte[]> bytes = source.module(name);
            if (bytes.isEmpty()) {
                return new Creation.Denied<>("ROM module ‘" + name + "’ does not exist.");
            }
            module = load(name, bytes.get());
        }
        if (module == null) {
            return new Creation.Denied<>("core has no memory left for ROM module ‘" + name + "’.");
        }
        Session session = new Session(name, module);
        return new Creation.Created<>(session);
    }

    @Override
    public synchronized void closed(Rom rom) {
        Session session = (Session) rom;
        session.show(null);
        session.signal.release();
    }

    private final class Session implements Rom {
        final String name;
        Capability<SignalContext> signal = Capability.none();
        private @Nullable Module shown;

        Session(String name, Module first) {
            this.name = name;
            show(first);
        }

        void show(@Nullable Module module) {
            Module before = shown;
            shown = module;
            if (module != null) {
                module.users++;
            }
            if (before != null && --before.users == 0) {
                modules.values().remove(before);
                free(before);
            }
        }

        @Override
        public Result<Capability<Dataspace>> dataspace() {
            synchronized (RomService.this) {
                Module current = modules.get(name);
                if (current == null) {
                    current =
                            source.module(name).map(bytes -> load(name, bytes)).orElse(null);
                }
                if (current != shown) {
                    show(current);
                }
                return Result.ok(current == null ? Capability.none() : Capability.at(kernel.core(), current.readOnly));
            }
        }

        @Override
        public Result<Done> signal(Capability<SignalContext> context) {
            synchronized (RomService.this) {
                signal.release();
                signal = context;
                return Result.done();
            }
        }
    }
}
