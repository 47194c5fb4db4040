package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.ModelCap.Kind;

/**
 * The end of capabilities and objects in the reference model (seL4 manual, 3.2). Nothing is pre-empted here. What has slots becomes a
 * zombie until they are empty; one that is found in a slot of another zombie goes into its own first slot, and stays there.
 */
final class ModelDeletion {
    private final ModelTree tree;
    private final ModelIpc ipc;

    ModelDeletion(ModelTree tree, ModelIpc ipc) {
        this.tree = tree;
        this.ipc = ipc;
    }

    void revoke(ModelSlot slot) {
        while (!slot.children().isEmpty()) {
            delete(slot.children().iterator().next(), true);
        }
    }

    void delete(ModelSlot slot) {
        delete(slot, true);
    }

    private void delete(ModelSlot slot, boolean reachable) {
        while (!slot.isEmpty()) {
            endObject(slot);
            ModelCap cap = slot.cap();
            boolean inItself = cap.is(Kind.ZOMBIE) && cap.object() == slot.address();
            if (!cap.is(Kind.ZOMBIE) || cap.word() == 0 || (cap.word() == 1 && inItself)) {
                tree.remove(slot);
                if (cap.is(Kind.ZOMBIE)) {
                    tree.slots(cap.object(), cap.slots(), false);
                }
                return;
            }
            if (reachable) {
                delete(tree.slot(cap.object() + (cap.word() - 1) * ModelCap.SLOT_BYTES), false);
                if (cap.equals(slot.capOrNull())) {
                    slot.cap(cap.withWord(cap.word() - 1));
                }
            } else if (inItself) {
                return;
            } else {
                ModelSlot first = tree.slot(cap.object());
                tree.swap(first.capOrNull(), first, cap, slot);
            }
        }
    }

    /** If a capability is the last one of its object, the object ends. */
    private void endObject(ModelSlot slot) {
        ModelCap cap = slot.cap();
        if (cap.is(Kind.ZOMBIE) || cap.is(Kind.OTHER) || !tree.isLast(slot)) {
            return;
        }
        switch (cap.kind()) {
            case ENDPOINT, NOTIFICATION -> {
                ModelThread bound = ipc.queue(cap.object()).bound;
                if (bound != null) {
                    ipc.unbind(bound);
                }
                ipc.restart(cap.object(), null);
                ipc.forgetQueue(cap.object());
            }
            case THREAD -> {
                ModelThread thread = ipc.thread(cap.object());
                ipc.unbind(thread);
                ipc.suspend(thread);
                ipc.forget(thread);
                slot.cap(new ModelCap(Kind.ZOMBIE, cap.object(), -1, 0, ModelCap.THREAD_SLOTS, 0));
            }
            case CNODE -> slot.cap(new ModelCap(Kind.ZOMBIE, cap.object(), cap.size(), 0, cap.slots(), 0));
            default -> {
                // Nothing but the capability ends.
            }
        }
    }
}
