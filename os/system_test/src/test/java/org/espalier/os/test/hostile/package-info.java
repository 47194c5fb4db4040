/** Components that mean no good. Each goes into a JAR of its own together with all of this package. */
@NullMarked
package org.espalier.os.test.hostile;

import org.jspecify.annotations.NullMarked;
