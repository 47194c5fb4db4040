package org.espalier.packet;

import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Result;
import org.espalier.base.Rpc;
import org.espalier.base.SignalContext;

/**
 * A session of one stream and nothing else. A service that has more to say has an interface of its own and lets {@link Stream}
 * travel in it, once for each of its streams. Which of both is the source is a matter of the service.
 */
@Rpc("PacketStream")
public interface PacketSession {
    /**
     * What a server tells its client of a stream.
     *
     * @param memory the memory, which is the server's; see {@link PacketMemory} for who pays
     * @param server the signal that wakes the server
     * @param entries as in {@link PacketLayout}
     * @param bulkBytes as in {@link PacketLayout}
     */
    record Stream(Capability<Dataspace> memory, Capability<SignalContext> server, int entries, int bulkBytes) {}

    /** Opens the stream; {@code client} is the signal that wakes the client. DENIED when it is open already, or when {@code client} names nothing. */
    Result<Stream> open(Capability<SignalContext> client);
}
