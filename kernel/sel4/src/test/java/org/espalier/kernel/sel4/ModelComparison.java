package org.espalier.kernel.sel4;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares all that the reference model knows with what the kernel has. */
final class ModelComparison {
    private final ReferenceModel model;
    private final ModelReader reader;

    ModelComparison(ReferenceModel model, ModelReader reader) {
        this.model = model;
        this.reader = reader;
    }

    /**
     * Compares them.
     *
     * @throws Difference about the first thing in which they are not the same
     */
    void check() {
        List<ModelSlot> slots = List.copyOf(model.tree().slots());
        for (ModelSlot slot : slots) {
            same("The capability in " + slot, slot.capOrNull(), reader.cap(slot.address()));
        }
        for (ModelSlot slot : slots) {
            if (!slot.isEmpty()) {
                checkPlace(slot);
            }
        }
        model.ipc().threads().forEach(this::checkThread);
    }

    private void checkPlace(ModelSlot slot) {
        for (long neighbour : reader.neighbours(slot.address())) {
            ModelSlot known = model.tree().slotIfKnown(neighbour);
            if (known == null || known.isEmpty()) {
                throw new Difference(
                        "The kernel has a capability at 0x%x of which the model knows nothing.".formatted(neighbour));
            }
        }
        Set<Long> descendants =
                slot.descendants().stream().map(ModelSlot::address).collect(Collectors.toCollection(TreeSet::new));
        same("What descends from " + slot, descendants, new TreeSet<>(reader.descendants(slot.address())));
        ModelCap cap = slot.cap();
        if (cap.is(ModelCap.Kind.ENDPOINT) || cap.is(ModelCap.Kind.NOTIFICATION)) {
            ModelQueue queue = model.ipc().queue(cap.object());
            Set<Long> waiting = new LinkedHashSet<>();
            queue.waiting.forEach(thread -> waiting.add(thread.object));
            same("Who waits at " + cap, List.copyOf(waiting), List.copyOf(reader.waiting(cap.object())));
            if (cap.is(ModelCap.Kind.NOTIFICATION)) {
                Long badges = queue.active ? queue.badges : null;
                same("What was signalled to " + cap, badges, reader.signalled(cap.object()));
                Long bound = queue.bound == null ? null : (Long) queue.bound.object;
                same("Whom " + cap + " is bound to", bound, reader.bound(cap.object()));
            }
        }
    }

    private void checkThread(ModelThread thread) {
        ModelThread real = reader.thread(thread.object);
        String name = "thread 0x" + Long.toHexString(thread.object);
        same("The state of " + name, thread.state, real.state);
        same("The badge of " + name, thread.badge, real.badge);
        same("The message description of " + name, Long.toHexString(thread.info), Long.toHexString(real.info));
        same("The message of " + name, words(thread), words(real));
    }

    private static List<Long> words(ModelThread thread) {
        return Arrays.stream(thread.message(thread.words.length)).boxed().toList();
    }

    private static void same(String what, @Nullable Object expected, @Nullable Object real) {
        if (!Objects.equals(expected, real)) {
            throw new Difference("%s: the model has %s, the kernel %s.".formatted(what, expected, real));
        }
    }

    /** The model and the kernel are not the same. */
    static final class Difference extends RuntimeException {
        private static final long serialVersionUID = 1;

        Difference(String message) {
            super(message);
        }
    }
}
