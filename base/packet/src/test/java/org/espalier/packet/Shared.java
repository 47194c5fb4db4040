package org.espalier.packet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import org.espalier.base.Capability;
import org.espalier.base.RegionMap;
import org.espalier.base.Result;
import org.espalier.base.View;
import org.espalier.base.spi.Attachment;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.base.spi.Window;

/** Memory that two sides attach, without a kernel. */
final class Shared {
    private final PacketLayout layout;
    private final MemorySegment memory;
    private int detached;

    Shared(PacketLayout layout) {
        this(layout, layout.ram().bytes());
    }

    Shared(PacketLayout layout, long bytes) {
        this.layout = layout;
        this.memory = Arena.ofAuto().allocate(bytes, 4096);
    }

    private ComponentKernel kernel() {
        Window window = Window.direct(memory);
        return (ComponentKernel) Proxy.newProxyInstance(
                Shared.class.getClassLoader(),
                new Class<?>[] {ComponentKernel.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "attach" -> new Attachment.Attached(1, window);
                    case "detach" -> {
                        window.revoke();
                        detached++;
                        yield null;
                    }
                    default -> throw new AssertionError("No call of " + method + " is expected.");
                });
    }

    /** A view as somebody has it who keeps to no rules. */
    View raw() {
        return new RegionMap(kernel()).attach(Capability.none()).orThrow("Attaching");
    }

    Result<PacketMemory> tryAttach(int entries, int bulkBytes) {
        return PacketMemory.attach(
                new RegionMap(kernel()),
                new PacketSession.Stream(Capability.none(), Capability.none(), entries, bulkBytes));
    }

    PacketMemory attach() {
        return tryAttach(layout.entries(), layout.bulkBytes()).orThrow("Attaching");
    }

    int detached() {
        return detached;
    }
}
