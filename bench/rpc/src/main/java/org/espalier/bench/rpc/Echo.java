package org.espalier.bench.rpc;

import org.espalier.base.Capability;
import org.espalier.base.Result;
import org.espalier.base.Rpc;
import org.espalier.base.SignalContext;
import org.espalier.packet.PacketSession;

/** What is measured: calls that carry 64 bytes to a server in another protection domain, and signals to it and back. */
@Rpc("Echo")
public interface Echo {
    /** 64 bytes as one array, and an answer of 8 bytes. */
    Result<Long> array(byte[] payload);

    /** 64 bytes as a record, and the same back. */
    Result<Block> block(Block payload);

    /** A context whose every signal is answered by one at {@code back}. */
    Result<Capability<SignalContext>> signalled(Capability<SignalContext> back);

    /** A stream whose packets the server copies out and counts; {@code client} wakes the client. DENIED when there is one already. */
    Result<PacketSession.Stream> stream(Capability<SignalContext> client);

    /** How many packets of the stream came in their order. */
    Result<Long> taken();

    /** 64 bytes. */
    record Block(long a, long b, long c, long d, long e, long f, long g, long h) {}
}
