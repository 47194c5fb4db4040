/**
 * Writes a ROM module to the log, and again when it changes. For seeing what a component would get. Nothing may come in that looks
 * for a meaning in the content.
 */
@NullMarked
package org.espalier.os.rom_logger;

import org.jspecify.annotations.NullMarked;
