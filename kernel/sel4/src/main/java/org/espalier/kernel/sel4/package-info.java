/**
 * The kernel that speaks seL4, classic configuration on x86-64: unmodified root tasks run on it in ring 3. It is a kernel like seL4 is one: all
 * that it knows of objects is in memory that user land has given by retype, and nothing is allocated when programs run. Nothing may
 * come in that knows of components, sessions or core; those stand on it.
 */
@NullMarked
package org.espalier.kernel.sel4;

import org.jspecify.annotations.NullMarked;
