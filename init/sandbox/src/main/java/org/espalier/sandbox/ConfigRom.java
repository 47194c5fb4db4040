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
import org.espalier.config.ConfigWriter;
import org.espalier.config.Node;

/**
 * A ROM session that serves a child's configuration as text. Its memory is the host's, covered by what the client donated; what
 * a configuration grows by later, the host pays, which changed it. The content that the client has seen stays until it asks
 * again. Confined to the sandbox's entrypoint.
 */
final class ConfigRom implements Rom {
    private final Sandbox sandbox;
    private final Child child;
    private final Pd pd;
    private final RegionMap rm;
    private Node shown;
    private Capability<Dataspace> memory = Capability.none();
    private Capability<Dataspace> readOnly = Capability.none();
    private Capability<SignalContext> signal = Capability.none();

    ConfigRom(Sandbox sandbox, Child child) {
        this.sandbox = sandbox;
        this.child = child;
        this.shown = child.config;
        this.pd = sandbox.env().pd();
        this.rm = sandbox.env().rm();
    }

    /** RAM that the text of {@code config} takes. */
    static RamQuota size(Node config) {
        return new RamQuota(RamQuota.pages(bytes(config).length));
    }

    private static byte[] bytes(Node config) {
        return ConfigWriter.writeInPlace(config).getBytes(StandardCharsets.UTF_8);
    }

    /** Tells the client that there is new content, which it sees when it asks. */
    void announceChange() {
        sandbox.submit(signal);
    }

    @Override
    public Result<Capability<Dataspace>> dataspace() {
        free();
        shown = child.config;
        byte[] text = bytes(shown);
        Result<Allocation> allocation = pd.alloc(text.length);
        if (!(allocation instanceof Result.Ok<Allocation>(Allocation.Allocated(Capability<Dataspace> allocated)))) {
            sandbox.env().log().warning("no memory is left for the configuration of child ‘" + child + "’");
            return Result.ok(Capability.none());
        }
        memory = allocated;
        if (rm.attach(memory) instanceof Result.Ok<View>(View view)) {
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
        if (!shown.sameContent(child.config)) {
            // It changed after the client looked and before it could be told.
            announceChange();
        }
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
