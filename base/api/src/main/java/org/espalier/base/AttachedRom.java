package org.espalier.base;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A ROM session with its content attached. The content stays as it is until {@link #update}. Owned by the component that
 * opened it; not thread-safe.
 */
public final class AttachedRom implements AutoCloseable {
    /** How often a donation is raised, each time by twice as much, before a server that always wants more gets nothing. */
    private static final int MAX_RAISES = 14;

    private final Connection<Rom> connection;
    private final RegionMap regionMap;
    private Capability<Dataspace> dataspace = Capability.none();
    private @Nullable View view;
    /** Ends the signal handler, if there is one. */
    private Runnable forget = () -> {};

    AttachedRom(Connection<Rom> connection, RegionMap regionMap) {
        this.connection = connection;
        this.regionMap = regionMap;
    }

    /**
     * Fetches the current content; where the session's donation does not cover it, donates more. False when there is none, or
     * the component cannot donate that much; the former content is gone then, too.
     */
    public boolean update() {
        detach();
        dataspace = fetch().orElse(Capability.none());
        if (dataspace.isValid() && regionMap.attachReadOnly(dataspace) instanceof Result.Ok<View>(View attached)) {
            view = attached;
        }
        return view != null;
    }

    private Result<Capability<Dataspace>> fetch() {
        Result<Capability<Dataspace>> fetched = connection.session().dataspace();
        RamQuota more = new RamQuota(RamQuota.PAGE);
        for (int attempt = 0; attempt < MAX_RAISES && isTooLarge(fetched); attempt++) {
            if (!connection.upgrade(more, CapQuota.ZERO)) {
                return fetched;
            }
            more = new RamQuota(2 * more.bytes());
            fetched = connection.session().dataspace();
        }
        return fetched;
    }

    private static boolean isTooLarge(Result<?> fetched) {
        return fetched instanceof Result.Failed<?>(Failure failure) && failure == Failure.OUT_OF_RAM;
    }

    private void detach() {
        if (view != null) {
            regionMap.detach(view);
            view = null;
        }
        dataspace.release();
        dataspace = Capability.none();
    }

    /** Whether there is content. */
    public boolean isValid() {
        return view != null;
    }

    /**
     * The content.
     *
     * @throws IllegalStateException if there is none
     */
    public View view() {
        View current = view;
        if (current == null) {
            throw new IllegalStateException("The ROM module has no content.");
        }
        return current;
    }

    /** The content as text up to the first zero byte; empty if there is none. */
    public String text() {
        return view == null ? "" : view.text();
    }

    /** The dataspace of the content, for others to attach. */
    public Capability<Dataspace> dataspace() {
        return dataspace;
    }

    /**
     * Calls {@code onUpdate} at {@code entrypoint} when there is new content to {@link #update} to, in place of what was called
     * before, until {@link #close}. Costs one capability.
     */
    public Result<Done> onUpdate(Entrypoint entrypoint, IntConsumer onUpdate) {
        return entrypoint.handler(onUpdate).then(context -> {
            Result<Done> named = connection.session().signal(context);
            if (named.isOk()) {
                forget.run();
                forget = () -> entrypoint.dissolve(context);
            } else {
                entrypoint.dissolve(context);
            }
            return named;
        });
    }

    @Override
    public void close() {
        detach();
        connection.close();
        forget.run();
        forget = () -> {};
    }
}
