/**
 * A plain Java program with a system of components inside. It offers them one service of its own, and they have no
 * other way to it.
 */
@NullMarked
package org.espalier.examples.embed;

import org.jspecify.annotations.NullMarked;
