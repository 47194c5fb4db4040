package org.espalier.kernel.sel4.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.kernel.sel4.HostedMachine;
import org.espalier.kernel.spi.HeldCapability;

/**
 * Says of each capability of the machine who holds it: the domain whose CNode its slot is in, or the thread whose TCB. What is in no
 * domain's is core's.
 *
 * <p>Guarded by the {@link RootTask}.
 */
final class Inspection {
    private static final String CORE = "core's own";
    private static final String FRAME = "Frame";
    private static final String THREAD = "TCB";

    private final HostedMachine machine;

    /** Places where slots are, by their first addresses. */
    private final TreeMap<Long, Place> places = new TreeMap<>();

    private record Place(long bytes, String holder) {}

    Inspection(HostedMachine machine, Collection<Sel4Space> spaces) {
        this.machine = machine;
        for (Sel4Space space : spaces) {
            space.nodes().forEach(node -> places.put(node.address(), new Place(node.bytes(), space.name())));
        }
    }

    List<HeldCapability> take() {
        List<HostedMachine.Listed> listed = machine.capabilities();
        for (HostedMachine.Listed capability : listed) {
            if (capability.type().equals(THREAD)) {
                places.computeIfAbsent(
                        capability.object(),
                        address -> new Place(capability.bytes(), "thread " + machine.threadName(address)));
            }
        }
        List<HeldCapability> all = new ArrayList<>();
        Map<Long, Integer> frames = new HashMap<>();
        for (HostedMachine.Listed capability : listed) {
            HeldCapability held = held(capability);
            if (held.type().equals(FRAME)) {
                Integer before = frames.putIfAbsent(held.parent(), all.size());
                if (before != null && areAlike(all.get(before), held)) {
                    all.set(before, joined(all.get(before), held));
                    continue;
                }
            }
            all.add(held);
        }
        return all;
    }

    private static boolean areAlike(HeldCapability a, HeldCapability b) {
        return a.bytes() == b.bytes() && a.holder().equals(b.holder());
    }

    /** The frames of a dataspace are told of as one, at the lowest address. */
    private static HeldCapability joined(HeldCapability frames, HeldCapability one) {
        boolean isLower = one.object() < frames.object();
        return new HeldCapability(
                isLower ? one.slot() : frames.slot(),
                frames.parent(),
                frames.holder(),
                frames.type(),
                isLower ? one.object() : frames.object(),
                frames.bytes(),
                0,
                "",
                frames.count() + 1);
    }

    private HeldCapability held(HostedMachine.Listed capability) {
        return new HeldCapability(
                capability.slot(),
                capability.parent(),
                holder(capability.slot()),
                capability.type(),
                capability.object(),
                capability.bytes(),
                capability.badge(),
                capability.rights(),
                1);
    }

    private String holder(long slot) {
        Map.Entry<Long, Place> place = places.floorEntry(slot);
        return place != null && slot < place.getKey() + place.getValue().bytes()
                ? place.getValue().holder()
                : CORE;
    }
}
