/**
 * Configuration as a tree of nodes that remember where they were written, with the readers and writers of its
 * notations. Components carry this package along and run where only a few JDK packages exist, so nothing may come in
 * that opens files, reads the clock or the environment, starts threads, reflects, or writes to a console; a test holds
 * the list. What a node means is no business of this package: it knows names, values and positions, not services or
 * quotas.
 */
@NullMarked
package org.espalier.config;

import org.jspecify.annotations.NullMarked;
