package org.espalier.base;

/**
 * Marks a capability whose holder may submit signals: {@code Capability<SignalContext>}. Signals carry no payload; they are
 * counted per context, so many submissions may arrive as one delivery with their number.
 */
public final class SignalContext {
    private SignalContext() {}
}
