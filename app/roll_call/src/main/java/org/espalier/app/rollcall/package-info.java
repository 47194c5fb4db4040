/** Many small components and one that counts them. One JAR plays both parts, as its configuration says. */
@NullMarked
package org.espalier.app.rollcall;

import org.jspecify.annotations.NullMarked;
