/**
 * Kills servers and clients in the middle of a call, and counts what is left. One JAR plays all the parts: the
 * host of a sandbox, and the children in it.
 */
@NullMarked
package org.espalier.app.kill;

import org.jspecify.annotations.NullMarked;
