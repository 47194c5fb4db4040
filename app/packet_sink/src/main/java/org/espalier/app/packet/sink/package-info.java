/**
 * A server that receives packets and checks them: the model for a server of packet streams. It knows the sink of a stream and what
 * a packet of this application holds, and trusts nothing that a client wrote.
 */
@NullMarked
package org.espalier.app.packet.sink;

import org.jspecify.annotations.NullMarked;
