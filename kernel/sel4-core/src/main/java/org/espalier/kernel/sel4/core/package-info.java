/**
 * Core as the root task of kernel {@code sel4}: it turns the memory that it is given into objects of that kernel, from which the domains,
 * threads, entrypoints, signals and dataspaces of a system are made. Docs: {@code docs/sel4-core.md}.
 *
 * <p>{@link org.espalier.kernel.sel4.core.CapSlots} and {@link org.espalier.kernel.sel4.core.UntypedPool} hold what core has;
 * {@link org.espalier.kernel.sel4.core.RootTask} makes the invocations; {@link org.espalier.kernel.sel4.core.Sel4Space},
 * {@link org.espalier.kernel.sel4.core.Sel4Seat} and {@link org.espalier.kernel.sel4.core.Sel4Post} are what the tables of
 * kernel hw stand on.
 */
@NullMarked
package org.espalier.kernel.sel4.core;

import org.jspecify.annotations.NullMarked;
