package org.espalier.bench.rpc;

import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** What is measured: calls that carry 64 bytes to a server in another protection domain. */
@Rpc("Echo")
public interface Echo {
    /** 64 bytes as one array, and an answer of 8 bytes. */
    Result<Long> array(byte[] payload);

    /** 64 bytes as a record, and the same back. */
    Result<Block> block(Block payload);

    /** 64 bytes. */
    record Block(long a, long b, long c, long d, long e, long f, long g, long h) {}
}
