package org.espalier.kernel.sel4;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A slot of the reference model, and its place in the derivation tree. */
final class ModelSlot {
    private final long address;
    private @Nullable ModelCap cap;
    private @Nullable ModelSlot parent;

    /** Whether what is derived from it becomes its child, not its sibling. */
    private boolean original;

    private final Set<ModelSlot> children = new LinkedHashSet<>();

    ModelSlot(long address) {
        this.address = address;
    }

    long address() {
        return address;
    }

    boolean isEmpty() {
        return cap == null;
    }

    @Nullable ModelCap capOrNull() {
        return cap;
    }

    ModelCap cap() {
        if (cap == null) {
            throw new IllegalStateException(this + " is empty.");
        }
        return cap;
    }

    boolean holds(ModelCap.Kind kind) {
        return cap != null && cap.is(kind);
    }

    void cap(@Nullable ModelCap newCap) {
        cap = newCap;
    }

    boolean isOriginal() {
        return original;
    }

    void original(boolean is) {
        original = is;
    }

    @Nullable ModelSlot parent() {
        return parent;
    }

    void parent(@Nullable ModelSlot newParent) {
        if (parent != null) {
            parent.children.remove(this);
        }
        parent = newParent;
        if (newParent != null) {
            newParent.children.add(this);
        }
    }

    Set<ModelSlot> children() {
        return children;
    }

    /** All that was derived from it. */
    Set<ModelSlot> descendants() {
        Set<ModelSlot> all = new LinkedHashSet<>();
        addDescendants(all);
        return all;
    }

    private void addDescendants(Set<ModelSlot> all) {
        for (ModelSlot child : children) {
            if (all.add(child)) {
                child.addDescendants(all);
            }
        }
    }

    @Override
    public String toString() {
        return "slot 0x" + Long.toHexString(address) + " (" + cap + ")";
    }
}
