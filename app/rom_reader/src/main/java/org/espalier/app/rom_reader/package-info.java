/** Logs ROM modules, and again whenever they change. */
@NullMarked
package org.espalier.app.rom_reader;

import org.jspecify.annotations.NullMarked;
