package org.espalier.os.report_rom;

import java.util.Optional;
import org.espalier.base.RamQuota;
import org.espalier.base.View;
import org.espalier.rom.Memory;
import org.espalier.rom.RomContent;
import org.espalier.rom.RomModule;

/**
 * One report: its current content, who writes it and who reads it. Confined to the entrypoint.
 *
 * <p>The content is in memory that the writer's donation pays for, or in memory that was retained from a writer that is gone.
 */
final class StoredReport {
    private final String name;
    private final Copier copier;
    private final RomModule module = new RomModule();
    private Optional<WriterSession> writer = Optional.empty();
    private Optional<Memory> retained = Optional.empty();
    private Optional<View> content = Optional.empty();
    private long length;

    StoredReport(String name, Copier copier) {
        this.name = name;
        this.copier = copier;
    }

    String name() {
        return name;
    }

    /** The report as its readers see it. */
    RomModule module() {
        return module;
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

    boolean isRead() {
        return module.isRead();
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
        return module.copySize();
    }

    /** There is new content: the readers are told. */
    void replaced(View newContent, long newLength) {
        content = Optional.of(newContent);
        length = newLength;
        module.replace(new Stored(copier, newContent, newLength));
    }

    /** The same content is somewhere else now, or nowhere, except with those who have read it. */
    void moved(Optional<View> place) {
        content = place;
        module.moved(place.map(view -> new Stored(copier, view, length)));
    }

    boolean isForgotten() {
        return !module.isRead() && writer.isEmpty() && retained.isEmpty();
    }

    /** The first {@code length} bytes of memory. */
    private record Stored(Copier copier, View view, long length) implements RomContent {
        @Override
        public void copyTo(View target) {
            copier.copy(view, target, length);
        }
    }
}
