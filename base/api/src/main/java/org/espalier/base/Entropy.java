package org.espalier.base;

/** The Entropy service: random bytes from the kernel's source, fit for keys. */
@Rpc("Entropy")
public interface Entropy {
    /** Most bytes of one call. */
    int MAX_BYTES = 512;

    /** {@code bytes} random bytes, at most {@link #MAX_BYTES}. */
    Result<byte[]> random(int bytes);
}
