/** The smallest component there is: the first thing that a newcomer runs and reads. */
@NullMarked
package org.espalier.app.hello;

import org.jspecify.annotations.NullMarked;
