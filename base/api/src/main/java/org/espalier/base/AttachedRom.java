package org.espalier.base;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A ROM session with its content attached. The content stays as it is until {@link #update}. Owned by the component that
 * opened it; not thread-safe.
 */
public final class AttachedRom implements AutoCloseable {
    private final Connection<Rom> connection;
    private final RegionMap regionMap;
    private Capability<Dataspace> dataspace = Capability.none();
    private @Nullable View view;

    AttachedRom(Connection<Rom> connection, RegionMap regionMap) {
        this.connection = connection;
        this.regionMap = regionMap;
    }

    /** Fetches the current content. False when there is none; the former content is gone then, too. */
    public boolean update() {
        detach();
        dataspace = connection.session().dataspace().orElse(Capability.none());
        if (dataspace.isValid() && regionMap.attachReadOnly(dataspace) instanceof Result.Ok<View>(View attached)) {
            view = attached;
        }
        return view != null;
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

    /** Calls {@code onUpdate} at {@code entrypoint} when there is new content to {@link #update} to. */
    public Result<Done> onUpdate(Entrypoint entrypoint, IntConsumer onUpdate) {
        return entrypoint.handler(onUpdate).then(context -> connection.session().signal(context));
    }

    @Override
    public void close() {
        detach();
        connection.close();
    }
}
