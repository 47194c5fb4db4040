/** A plug-in that uses its host: for a line, for a sum, and for a function that another plug-in offers. */
@NullMarked
package org.espalier.examples.plugin.count;

import org.jspecify.annotations.NullMarked;
