/**
 * The world as a component sees it: its environment, entrypoints, capabilities, sessions, dataspaces and signals.
 * Everything here reaches the outside through the component half of the kernel contract and is the same on every kernel.
 * Nothing may come in that names a kernel, touches the host, or keeps static mutable state.
 */
@NullMarked
package org.espalier.base;

import org.jspecify.annotations.NullMarked;
