/** What the benchmarks need of the inside of the machine. */
@NullMarked
package org.espalier.machine;

import org.jspecify.annotations.NullMarked;
