/** The two components between which the RPC benchmark calls, in one JAR: which of them an instance is, its config says. */
@NullMarked
package org.espalier.bench.rpc;

import org.jspecify.annotations.NullMarked;
