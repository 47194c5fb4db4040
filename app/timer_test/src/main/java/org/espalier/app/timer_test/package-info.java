/** Shows what the Timer service does: one signal, periods, many sessions, and what it refuses. */
@NullMarked
package org.espalier.app.timer_test;

import org.jspecify.annotations.NullMarked;
