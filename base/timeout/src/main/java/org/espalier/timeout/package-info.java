/**
 * Any number of timeouts out of one alarm or one Timer session, for those who need many. It knows times and whom to tell. Nothing
 * may come in that waits.
 */
@NullMarked
package org.espalier.timeout;

import org.jspecify.annotations.NullMarked;
