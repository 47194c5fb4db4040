package org.espalier.rom;

import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Result;

/**
 * Memory for one reader, who gets a capability for reading alone.
 *
 * @param memory the memory
 * @param readOnly the reader's capability
 */
record Copy(Env env, Memory memory, Capability<Dataspace> readOnly) {
    /** What it costs beside its bytes: the memory, the read-only dataspace and the capability for that. */
    static final CapQuota CAPS = new CapQuota(Memory.CAPS.count() + 2);

    static Result<Copy> allocate(Env env, long bytes) {
        return Memory.allocate(env, bytes).then(memory -> {
            Result<Copy> copy = env.pd().readOnly(memory.dataspace()).map(readOnly -> new Copy(env, memory, readOnly));
            if (!copy.isOk()) {
                memory.free();
            }
            return copy;
        });
    }

    /** It disappears wherever it is attached. When this fails it is still there. */
    Result<Done> free() {
        return env.pd().free(readOnly).then(done -> {
            readOnly.release();
            return memory.free();
        });
    }
}
