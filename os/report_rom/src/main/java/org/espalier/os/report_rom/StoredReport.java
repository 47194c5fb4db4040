package org.espalier.os.report_rom;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.RamQuota;
import org.espalier.base.View;

/**
 * One report: its current content, who writes it and who reads it. Confined to the entrypoint.
 *
 * <p>The content is in memory that the writer's donation pays for, or in memory that was retained from a writer that is gone.
 */
final class StoredReport {
    /** No content yet. */
    static final long NO_VERSION = 0;

    private final String name;
    private final Set<ReaderSession> readers = new LinkedHashSet<>();
    private Optional<WriterSession> writer = Optional.empty();
    private Optional<Memory> retained = Optional.empty();
    private Optional<View> content = Optional.empty();
    private long length;
    private long version = NO_VERSION;

    StoredReport(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Optional<WriterSession> writer() {
        return writer;
    }

    void written(WriterSession newWriter) {
        writer = Optional.of(newWriter);
    }

    /** The writer is gone, and with it what was in its memory. */
    void abandoned() {
        writer = Optional.empty();
    }

    void add(ReaderSession reader) {
        readers.add(reader);
    }

    void remove(ReaderSession reader) {
        readers.remove(reader);
    }

    boolean isRead() {
        return !readers.isEmpty();
    }

    /** Memory of this component's own that holds, or held, the content of a writer that is gone. */
    Optional<Memory> retained() {
        return retained;
    }

    void retained(Optional<Memory> memory) {
        retained = memory;
    }

    /** Where the content is, if it is anywhere. */
    Optional<View> content() {
        return content;
    }

    /** Length of the content in bytes. */
    long length() {
        return length;
    }

    /** RAM that a copy of the content takes. */
    RamQuota copySize() {
        return Memory.size(content.isPresent() ? length : 0);
    }

    /** Counts up with every new content, {@link #NO_VERSION} before the first. */
    long version() {
        return version;
    }

    /** There is new content: the readers are told. */
    void replaced(View newContent, long newLength) {
        content = Optional.of(newContent);
        length = newLength;
        version++;
        readers.forEach(ReaderSession::tellOfNews);
    }

    /** The same content is somewhere else now, or nowhere, except with those who have read it. */
    void moved(Optional<View> place) {
        content = place;
    }

    boolean isForgotten() {
        return readers.isEmpty() && writer.isEmpty() && retained.isEmpty();
    }
}
