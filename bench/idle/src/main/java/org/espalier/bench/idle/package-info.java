/** The trivial component whose instances the memory benchmark counts. */
@NullMarked
package org.espalier.bench.idle;

import org.jspecify.annotations.NullMarked;
