/**
 * The machine below the kernels: physical memory, x86-64 page tables, ELF images, and engines that run native code in ring 3 and
 * hand every trap of it to Java. It is a machine room: all of its native calls are made here, in one small class for each subject.
 * Nothing may come in that is a kernel's business: no capability, no quota, no scheduling.
 */
@NullMarked
package org.espalier.machine;

import org.jspecify.annotations.NullMarked;
