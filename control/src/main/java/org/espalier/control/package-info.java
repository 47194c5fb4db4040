/**
 * The control channel: a socket of the host over which the user who started a system sees its state and hands its init a new
 * configuration ({@code docs/control.md}, ADR 0013). A program that embeds a system has none unless it opens one. Nothing may come
 * in that components could reach, and nothing that waits for them.
 */
@NullMarked
package org.espalier.control;

import org.jspecify.annotations.NullMarked;
