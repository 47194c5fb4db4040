/** Reports a few states, one after the other: the smallest component that others can watch. */
@NullMarked
package org.espalier.app.reporter;

import org.jspecify.annotations.NullMarked;
