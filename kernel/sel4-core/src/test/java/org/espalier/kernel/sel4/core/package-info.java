/** Tests of core as a root task. */
@NullMarked
package org.espalier.kernel.sel4.core;

import org.jspecify.annotations.NullMarked;
