/**
 * Serves ROM modules from the first of several places that has them. It asks, and passes on the session that it gets; what is read
 * through that session does not come by here. Nothing may come in that waits for a server.
 */
@NullMarked
package org.espalier.os.rom_fallback;

import org.jspecify.annotations.NullMarked;
