/**
 * Makes a ROM module out of others: values from inputs decide what is in the output. For configurations that depend on the state of
 * the system. Nothing may come in that has a state besides its inputs, or a condition that is no comparison.
 */
@NullMarked
package org.espalier.os.rom_filter;

import org.jspecify.annotations.NullMarked;
