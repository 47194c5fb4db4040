/** The two components between which benchmarks call, signal and open sessions, in one JAR: which an instance is, its config says. */
@NullMarked
package org.espalier.bench.rpc;

import org.jspecify.annotations.NullMarked;
