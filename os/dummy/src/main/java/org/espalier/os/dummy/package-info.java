/**
 * A component that does what its configuration says, to try out the rest of a system: logs, sleeps, takes resources and gives
 * them back, opens sessions, serves them, exits. Each step is one small class or method and says in the log what came of it.
 * Nothing may come in that a configuration does not name.
 */
@NullMarked
package org.espalier.os.dummy;

import org.jspecify.annotations.NullMarked;
