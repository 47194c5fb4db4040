/**
 * A server with state of its own: the model for a service that is not part of the system. It also shows what a
 * component JAR may bring along, a library from elsewhere and a resource.
 */
@NullMarked
package org.espalier.app.weather.server;

import org.jspecify.annotations.NullMarked;
