package org.espalier.app.kmem;

import java.util.ArrayDeque;
import java.util.Deque;
import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.RmRpc;
import org.espalier.base.SessionOptions;
import org.jspecify.annotations.Nullable;

/** What the attacker has got so far, and how it gives it up. Confined to its attacking thread. */
final class Hoard {
    private final Env env;
    private final Accomplice accomplice;
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private Capability<Dataspace> page = Capability.none();
    private Capability<Dataspace> latest = Capability.none();
    private @Nullable Sparse sparse;

    Hoard(Env env, Accomplice accomplice) {
        this.env = env;
        this.accomplice = accomplice;
    }

    Env env() {
        return env;
    }

    Accomplice accomplice() {
        return accomplice;
    }

    /** Takes note of something that {@code release} gives up. */
    Result<Done> add(Runnable release) {
        undo.push(release);
        return Result.done();
    }

    /** Gives up everything, the last first. */
    void release() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }

    /** Memory of {@code bytes}. */
    Result<Capability<Dataspace>> memory(long bytes) {
        return switch (env.ram().tryAlloc(bytes)) {
            case Allocation.Allocated(Capability<Dataspace> memory) -> {
                add(() -> {
                    env.ram().free(memory);
                    memory.release();
                });
                yield Result.ok(memory);
            }
            case Allocation.OutOfRam shortage -> Result.failed(Failure.OUT_OF_RAM);
            case Allocation.OutOfCaps shortage -> Result.failed(Failure.OUT_OF_CAPS);
            case Allocation.Unreachable(Failure failure) -> Result.failed(failure);
            case Allocation.InvalidSize(long size) -> Result.failed(Failure.INVALID_ARGUMENT);
        };
    }

    /** A page, the same each time. */
    Result<Capability<Dataspace>> page() {
        if (page.isValid()) {
            return Result.ok(page);
        }
        add(() -> {
            page = Capability.none();
            accomplice.drop();
        });
        return memory(RamQuota.PAGE).map(made -> {
            page = made;
            return made;
        });
    }

    /** The capability that came back last; at first one for the page. */
    Result<Capability<Dataspace>> latest() {
        return latest.isValid() ? Result.ok(latest) : page();
    }

    /** Keeps one that came back. */
    Result<Done> keepLatest(Capability<Dataspace> memory) {
        latest = memory;
        return add(() -> {
            latest = Capability.none();
            memory.release();
        });
    }

    /** The sparse dataspace, the same each time. */
    Result<Sparse> sparse() {
        Sparse made = sparse;
        return made != null ? Result.ok(made) : page().then(this::newSparse);
    }

    private Result<Sparse> newSparse(Capability<Dataspace> memory) {
        return session(env.connect(RmRpc.TYPE, SessionOptions.DEFAULT.parameter("size", Sparse.SIZE)))
                .then(connection -> connection.session().dataspace().then(managed -> {
                    add(managed::release);
                    return env.rm().attach(managed).map(view -> {
                        Sparse made = new Sparse(connection, memory, view);
                        sparse = made;
                        add(() -> {
                            sparse = null;
                            env.rm().detach(view);
                        });
                        return made;
                    });
                }));
    }

    private <T> Result<Connection<T>> session(Connect<T> outcome) {
        return switch (outcome) {
            case Connect.Connected<T>(Connection<T> connection) -> {
                add(connection::close);
                yield Result.ok(connection);
            }
            case Connect.Denied<T> denied -> Result.failed(Failure.DENIED);
            case Connect.OutOfRam<T> shortage -> Result.failed(Failure.OUT_OF_RAM);
            case Connect.OutOfCaps<T> shortage -> Result.failed(Failure.OUT_OF_CAPS);
        };
    }
}
