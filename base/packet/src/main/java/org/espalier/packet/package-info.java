/**
 * Packet streams: bulk data between two components through memory that both see, with signals to wake whoever sleeps. It moves
 * packets and knows nothing of what is in them. Nothing may come in that believes what the other side wrote, that blocks, or
 * that belongs to one protocol.
 */
@NullMarked
package org.espalier.packet;

import org.jspecify.annotations.NullMarked;
