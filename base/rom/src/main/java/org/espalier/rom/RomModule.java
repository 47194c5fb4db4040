package org.espalier.rom;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.RamQuota;

/** One ROM module: its current content and the sessions that read it. Confined to the entrypoint of its owner. */
public final class RomModule {
    /** No content yet. */
    static final long NO_VERSION = 0;

    private final Set<RomSession> readers = new LinkedHashSet<>();
    private Optional<RomContent> content = Optional.empty();
    private long version = NO_VERSION;

    /** Without content. */
    public RomModule() {}

    /** There is new content: the readers are told. */
    public void replace(RomContent newContent) {
        change(Optional.of(newContent));
    }

    /** There is no content any more: the readers are told. */
    public void remove() {
        change(Optional.empty());
    }

    private void change(Optional<RomContent> newContent) {
        content = newContent;
        version++;
        readers.forEach(RomSession::tellOfNews);
    }

    /** The same content is somewhere else now, or nowhere, except with those who have read it. Nobody is told. */
    public void moved(Optional<RomContent> place) {
        content = place;
    }

    /** The content, if there is any. */
    public Optional<RomContent> content() {
        return content;
    }

    /** RAM that a copy of the content takes; one page without content. */
    public RamQuota copySize() {
        return Memory.size(content.map(RomContent::length).orElse(0L));
    }

    /** Counts up with every change, {@link #NO_VERSION} before the first. */
    long version() {
        return version;
    }

    /** Whether a session for it is open. */
    public boolean isRead() {
        return !readers.isEmpty();
    }

    void add(RomSession reader) {
        readers.add(reader);
    }

    void remove(RomSession reader) {
        readers.remove(reader);
    }
}
