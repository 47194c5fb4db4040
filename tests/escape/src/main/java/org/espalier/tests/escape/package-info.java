/** A component that tries to get out of its process, by the JDK and by system calls of its own. */
@NullMarked
package org.espalier.tests.escape;

import org.jspecify.annotations.NullMarked;
