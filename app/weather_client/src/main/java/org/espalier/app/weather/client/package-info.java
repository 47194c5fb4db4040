/**
 * The client of the Weather service: opens a session, asks, waits for news, ends. It knows the interface and not
 * who serves it.
 */
@NullMarked
package org.espalier.app.weather.client;

import org.jspecify.annotations.NullMarked;
