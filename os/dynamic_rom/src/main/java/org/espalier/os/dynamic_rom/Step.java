package org.espalier.os.dynamic_rom;

import java.time.Duration;
import org.espalier.rom.RomContent;

/** One step of a {@link Timeline}. Immutable. */
sealed interface Step {
    /** The module gets a content. {@code description} is for the log, and empty if there is none. */
    record Inline(String description, RomContent content) implements Step {}

    /** The module has no content any more. */
    record Empty() implements Step {}

    /** Nothing happens for that long. */
    record Sleep(Duration duration) implements Step {}
}
