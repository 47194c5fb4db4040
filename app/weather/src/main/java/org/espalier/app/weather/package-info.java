/**
 * The interface of the Weather service, which client and server merge into their own JARs: each has its own class
 * of it, and what they share is the wire layout. No code of either side belongs here.
 */
@NullMarked
package org.espalier.app.weather;

import org.jspecify.annotations.NullMarked;
