/** Benchmarks. A figure is a ratio to a peer or a floor in the same run; no absolute time is stable from run to run. */
@NullMarked
package org.espalier.bench;

import org.jspecify.annotations.NullMarked;
