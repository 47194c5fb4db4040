package org.espalier.check;

import java.util.Optional;
import java.util.Set;
import org.espalier.config.Node;

/**
 * That a component is the parent of others.
 *
 * @param config the configuration of its sandbox; empty if nobody can tell before it runs
 * @param offers services that it offers its children itself
 */
record Hosting(Optional<Node> config, Set<String> offers) {}
