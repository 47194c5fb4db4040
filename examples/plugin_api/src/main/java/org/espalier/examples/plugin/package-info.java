/**
 * What the program of the example embed and its plug-ins know of each other: two interfaces. A plug-in merges them
 * into its JAR and gets nothing else of the program.
 */
@NullMarked
package org.espalier.examples.plugin;

import org.jspecify.annotations.NullMarked;
