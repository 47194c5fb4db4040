/**
 * The component half of the kernel contract: the calls that a kernel offers to the runtime inside a component, and the
 * upcalls that it makes into it. Kernels implement it; component code can neither name nor load it. Every operation is
 * one that a Linux process or a ring-3 program could make as well: flat messages, indices and bytes.
 */
@NullMarked
package org.espalier.base.spi;

import org.jspecify.annotations.NullMarked;
