/**
 * {@code ./espalier prove}: runs the prover KeY on the sources of the proved core of kernel sel4, and the model checker Alloy on a
 * model of capabilities. Both are tools of the build machine: nothing that runs in a system may need this module, and nothing comes
 * in that decides about a kernel.
 */
@NullMarked
package org.espalier.proofs;

import org.jspecify.annotations.NullMarked;
