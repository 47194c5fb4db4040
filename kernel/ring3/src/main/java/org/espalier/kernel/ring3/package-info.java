/**
 * What a native component is in ring 3 of the machine, whatever kernel it runs on: the address space that its file, the kernel's library
 * image, a stack and attached memory make, and the threads that share one engine in turns. Kernels say who pays, where frames come from,
 * and what a system call does. Nothing may come in that knows what a capability or a message is.
 */
@NullMarked
package org.espalier.kernel.ring3;

import org.jspecify.annotations.NullMarked;
