/** The host of the benchmarks that start components: in the place of init it starts and ends children when it is told to. */
@NullMarked
package org.espalier.bench.start;

import org.jspecify.annotations.NullMarked;
