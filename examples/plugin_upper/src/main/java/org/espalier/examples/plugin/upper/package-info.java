/** A plug-in that offers a function to its host. It never learns who calls it. */
@NullMarked
package org.espalier.examples.plugin.upper;

import org.jspecify.annotations.NullMarked;
