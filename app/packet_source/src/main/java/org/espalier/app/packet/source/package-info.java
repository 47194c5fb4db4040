/**
 * Clients of packet streams: one that keeps to the rules, the model for a source, and one that breaks each of them. Nothing may
 * come in that the server could not defend itself against.
 */
@NullMarked
package org.espalier.app.packet.source;

import org.jspecify.annotations.NullMarked;
