/** Components that have children. Each goes into a JAR of its own together with all that init is made of. */
@NullMarked
package org.espalier.os.test.parent;

import org.jspecify.annotations.NullMarked;
