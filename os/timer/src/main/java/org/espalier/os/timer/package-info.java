/**
 * The timer driver: makes any number of Timer sessions out of the one alarm of the kernel. It knows times and whom to tell, and
 * reads no configuration. Nothing may come in that does something when a time is over but signal.
 */
@NullMarked
package org.espalier.os.timer;

import org.jspecify.annotations.NullMarked;
