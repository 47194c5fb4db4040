package org.espalier.bench.rpc;

import org.espalier.base.Capability;
import org.espalier.base.Result;
import org.espalier.base.Rpc;
import org.espalier.base.SignalContext;

/** What is measured: calls that carry 64 bytes to a server in another protection domain, and signals to it and back. */
@Rpc("Echo")
public interface Echo {
    /** 64 bytes as one array, and an answer of 8 bytes. */
    Result<Long> array(byte[] payload);

    /** 64 bytes as a record, and the same back. */
    Result<Block> block(Block payload);

    /** A context whose every signal is answered by one at {@code back}. */
    Result<Capability<SignalContext>> signalled(Capability<SignalContext> back);

    /** 64 bytes. */
    record Block(long a, long b, long c, long d, long e, long f, long g, long h) {}
}
