/**
 * Opens sessions that its parent has reason to deny, and logs each reason. It speaks an old version of the Weather
 * interface, so that even a server that is there does not fit.
 */
@NullMarked
package org.espalier.app.denied;

import org.jspecify.annotations.NullMarked;
