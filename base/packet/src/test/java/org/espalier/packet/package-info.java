/** Tests of packet streams. */
@NullMarked
package org.espalier.packet;

import org.jspecify.annotations.NullMarked;
