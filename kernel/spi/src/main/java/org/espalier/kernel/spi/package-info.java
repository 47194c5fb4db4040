/**
 * The core half of the kernel contract: what core needs in order to make protection domains, threads and memory, to learn of
 * faults and to end things, and the accounts that all of it is paid from. Policy lives in core; a kernel brings mechanism.
 * Nothing may come in that only one kernel could do: domains and objects are numbers, and nothing calls back.
 */
@NullMarked
package org.espalier.kernel.spi;

import org.jspecify.annotations.NullMarked;
