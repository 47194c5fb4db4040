/**
 * core, the root of the tree: turns what a kernel offers into the services PD, CPU, RM, ROM, LOG, Alarm, RTC and Entropy, owns
 * everything at first, and runs {@code init}. A system is a library object, {@link org.espalier.core.EspalierSystem}, without
 * static state. Nothing may come in that only one kernel needs.
 */
@NullMarked
package org.espalier.core;

import org.jspecify.annotations.NullMarked;
