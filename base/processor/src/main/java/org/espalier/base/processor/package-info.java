/**
 * The compile-time half of RPC: reads an interface into a model of what travels, and writes from the model the stub, the
 * dispatcher and the documentation of the wire layout. It knows {@code org.espalier.base} by name only, because base is
 * compiled with it. Nothing may come in that runs in a component, and no library.
 */
@NullMarked
package org.espalier.base.processor;

import org.jspecify.annotations.NullMarked;
