package org.espalier.sandbox;

import java.nio.charset.StandardCharsets;
import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Pd;
import org.espalier.base.RamQuota;
import org.espalier.base.RegionMap;
import org.espalier.base.Result;
import org.espalier.base.Rom;
import org.espalier.base.SignalContext;
import org.espalier.base.View;
import org.espalier.config.Node;
import org.espalier.config.XmlWriter;

/**
 * A ROM session that serves one node of the configuration as text. The memory is the host's, taken out of the quota that the
 * child gets. The content that a client has seen stays until it asks again. Confined to the sandbox's entrypoint.
 */
final class ConfigRom implements Rom {
    private final Sandbox sandbox;
    private final Pd pd;
    private final RegionMap rm;
    private Node config;
    private RamQuota size;
    private Capability<Dataspace> memory = Capability.none();
    private Capability<Dataspace> readOnly = Capability.none();
    private Capability<SignalContext> signal = Capability.none();

    ConfigRom(Sandbox sandbox, Node config) {
        this.sandbox = sandbox;
        this.pd = sandbox.env().pd();
        this.rm = sandbox.env().rm();
        this.config = config;
        this.size = size(config);
    }

    /** RAM that the text of {@code config} takes. */
    static RamQuota size(Node config) {
        return new RamQuota(RamQuota.pages(bytes(config).length));
    }

    /** RAM that the text will take once the client asks for it; nothing while the client has it. */
    RamQuota promised() {
        return memory.isValid() ? RamQuota.ZERO : size;
    }

    private static byte[] bytes(Node config) {
        return XmlWriter.writeInPlace(config).getBytes(StandardCharsets.UTF_8);
    }

    /** Replaces the content if it says something else; the client sees it when it asks. */
    void replace(Node newConfig) {
        boolean changed = !config.sameContent(newConfig);
        config = newConfig;
        if (changed) {
            size = size(newConfig);
            sandbox.submit(signal);
        }
    }

    @Override
    public Result<Capability<Dataspace>> dataspace() {
        free();
        byte[] text = bytes(config);
        Result<Allocation> allocation = pd.alloc(text.length);
        if (!(allocation instanceof Result.Ok<Allocation>(Allocation.Allocated(Capability<Dataspace> allocated)))) {
            return Result.ok(Capability.none());
        }
        memory = allocated;
        Result<View> attached = rm.attach(memory);
        if (attached instanceof Result.Ok<View>(View view)) {
            view.write(0, text);
            rm.detach(view);
            readOnly = pd.readOnly(memory).orElse(Capability.none());
        }
        return Result.ok(readOnly);
    }

    @Override
    public Result<Done> signal(Capability<SignalContext> context) {
        signal.release();
        signal = context;
        return Result.done();
    }

    private void free() {
        if (readOnly.isValid()) {
            pd.free(readOnly);
            readOnly.release();
            readOnly = Capability.none();
        }
        if (memory.isValid()) {
            pd.free(memory);
            memory.release();
            memory = Capability.none();
        }
    }

    /** Gives everything back. */
    void close() {
        free();
        signal.release();
        signal = Capability.none();
    }
}
