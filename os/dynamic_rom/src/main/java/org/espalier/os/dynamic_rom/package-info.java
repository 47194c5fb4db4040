/**
 * Serves ROM modules whose content changes with time, as timelines in the configuration say. For trying components that follow the
 * changes of a ROM module. Nothing may come in that changes a module for another reason than time.
 */
@NullMarked
package org.espalier.os.dynamic_rom;

import org.jspecify.annotations.NullMarked;
