/**
 * Looks at a system that nobody has started: the tree of components as their configurations and manifests describe it, where each
 * session request would lead, and what is wrong with that. Routes are decided by the sandbox's own router, so that the answer is
 * the one that the system would give. Nothing may come in that starts, connects or measures anything.
 */
@NullMarked
package org.espalier.check;

import org.jspecify.annotations.NullMarked;
